"""Wishes without a clash: who waits for any hour that lies in one of their windows."""

import datetime
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from config.kernel.schema import NamedRule

CASE, WINDOW = "scheduling_conflictcase", "scheduling_waitingwindow"

# A case is on the waiting list exactly while it has windows; looked at when all of it is written.  The lock makes two
# who each take away one of two windows wait for one another.
FUNCTIONS = """
CREATE FUNCTION praxis_waits_with_windows(number bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE is_waiting boolean;
BEGIN
  SELECT minutes IS NOT NULL INTO is_waiting FROM scheduling_conflictcase WHERE id = number FOR NO KEY UPDATE;
  RETURN is_waiting IS NULL OR is_waiting = EXISTS (SELECT FROM scheduling_waitingwindow WHERE case_id = number);
END $$;
CREATE FUNCTION praxis_case_has_window() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT praxis_waits_with_windows(NEW.id) THEN
    RAISE EXCEPTION 'a case waits exactly while it has windows'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION praxis_window_of_waiting_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (TG_OP <> 'INSERT' AND NOT praxis_waits_with_windows(OLD.case_id))
    OR (TG_OP <> 'DELETE' AND NOT praxis_waits_with_windows(NEW.case_id))
  THEN
    RAISE EXCEPTION 'a case waits exactly while it has windows'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
  END IF;
  RETURN NULL;
END $$;
"""


def deferred(rule: str, table: str, when: str, calls: str) -> NamedRule:
    """A trigger that looks when the transaction ends."""
    return NamedRule(
        rule,
        table,
        f"CREATE CONSTRAINT TRIGGER {rule} AFTER {when} ON {table} DEFERRABLE INITIALLY DEFERRED"
        f" FOR EACH ROW EXECUTE FUNCTION {calls}()",
        f"DROP TRIGGER {rule} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_preferences"),
        ("scheduling", "0009_deadline_stands"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WaitingWindow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.SmallIntegerField(null=True, verbose_name="weekday")),
                ("starts_at", models.TimeField(verbose_name="from")),
                ("ends_at", models.TimeField(verbose_name="to")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="created"
                    ),
                ),
            ],
            options={
                "verbose_name": "waiting window",
                "verbose_name_plural": "waiting windows",
            },
        ),
        migrations.AddField(
            model_name="conflictcase",
            name="first_date",
            field=models.DateField(null=True, verbose_name="from the date"),
        ),
        migrations.AddField(
            model_name="conflictcase",
            name="last_date",
            field=models.DateField(null=True, verbose_name="until the date"),
        ),
        migrations.AddField(
            model_name="conflictcase",
            name="minutes",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="length in minutes"),
        ),
        migrations.AlterField(
            model_name="conflictcase",
            name="blocking_session",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="blocks_cases",
                to="scheduling.session",
                verbose_name="session in the way",
            ),
        ),
        migrations.AlterField(
            model_name="conflictcase",
            name="wanted",
            field=django.contrib.postgres.fields.ranges.DateTimeRangeField(null=True, verbose_name="wanted time"),
        ),
        migrations.AddConstraint(
            model_name="conflictcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("blocking_session__isnull", False),
                        ("first_date__isnull", True),
                        ("last_date__isnull", True),
                        ("minutes__isnull", True),
                        ("wanted__isnull", False),
                    ),
                    models.Q(
                        ("blocking_session__isnull", True),
                        ("first_date__isnull", False),
                        ("last_date__isnull", False),
                        ("minutes__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="case_shape",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflictcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minutes__isnull", True),
                    models.Q(("status", "pending_resolution"), _negated=True),
                    models.Q(("held_until__isnull", True), ("wanted__isnull", True)),
                    models.Q(("held_until__isnull", False), ("wanted__isnull", False)),
                    _connector="OR",
                ),
                name="case_match_is_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflictcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__isnull", True), ("minutes__range", (5, 480)), _connector="OR"),
                name="case_minutes_in_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflictcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_date__isnull", True),
                    models.Q(
                        ("last_date__gte", models.F("first_date")),
                        (
                            "last_date__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("first_date"), "+", models.Value(datetime.timedelta(days=365))
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="case_dates_in_reason",
            ),
        ),
        migrations.AddField(
            model_name="waitingwindow",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="windows",
                to="scheduling.conflictcase",
                verbose_name="conflict case",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__isnull", True), ("weekday__range", (0, 6)), _connector="OR"),
                name="window_weekday_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="window_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingwindow",
            constraint=models.UniqueConstraint(
                fields=("case", "weekday", "starts_at", "ends_at"), name="window_once", nulls_distinct=False
            ),
        ),
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION praxis_window_of_waiting_case(); DROP FUNCTION praxis_case_has_window();"
            " DROP FUNCTION praxis_waits_with_windows(bigint);",
        ),
        deferred("case_has_window", CASE, "INSERT OR UPDATE OF minutes", "praxis_case_has_window"),
        deferred("window_of_waiting_case", WINDOW, "INSERT OR UPDATE OR DELETE", "praxis_window_of_waiting_case"),
    ]
