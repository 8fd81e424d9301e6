"""Up to three times of their own that clients write when none of those offered fits."""

import config.kernel.schema
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from config.kernel.schema import NamedForeignKey, Trigger

COUNTER, PROPOSAL = "scheduling_countertime", "scheduling_rescheduleproposal"


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_preferences"),
        ("scheduling", "0007_notes_once_and_whose"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CounterTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.SmallIntegerField(verbose_name="place")),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="when")),
                ("accepted_at", models.DateTimeField(null=True, verbose_name="accepted")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="created"
                    ),
                ),
                (
                    "proposal_status",
                    models.GeneratedField(
                        db_persist=True, expression=models.Value("declined"), output_field=models.TextField()
                    ),
                ),
                (
                    "proposal_keeps",
                    models.GeneratedField(
                        db_persist=True, expression=models.Value(False), output_field=models.BooleanField()
                    ),
                ),
            ],
            options={
                "verbose_name": "client’s own time",
                "verbose_name_plural": "clients’ own times",
            },
        ),
        migrations.AddConstraint(
            model_name="rescheduleproposal",
            constraint=models.UniqueConstraint(fields=("id", "status", "keeps"), name="proposal_key_reply"),
        ),
        migrations.AddField(
            model_name="countertime",
            name="proposal",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="counter_times",
                to="scheduling.rescheduleproposal",
                verbose_name="proposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="countertime",
            constraint=models.CheckConstraint(
                condition=config.kernel.schema.SaneRange(models.F("during")), name="counter_during_is_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="countertime",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__gte", 1), ("place__lte", 3)), name="counter_place_one_to_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="countertime",
            constraint=models.UniqueConstraint(fields=("proposal", "place"), name="counter_place_once"),
        ),
        migrations.AddConstraint(
            model_name="countertime",
            constraint=models.UniqueConstraint(fields=("proposal", "during"), name="counter_once_in_proposal"),
        ),
        migrations.AddConstraint(
            model_name="countertime",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", False)), fields=("proposal",), name="counter_accepted_once"
            ),
        ),
        NamedForeignKey(
            "counter_is_of_declined",
            COUNTER,
            "proposal_id, proposal_status, proposal_keeps",
            PROPOSAL,
            "id, status, keeps",
        ),
        Trigger(
            "counter_stands",
            COUNTER,
            "BEFORE UPDATE ON TABLE FOR EACH ROW WHEN (OLD.accepted_at IS NOT NULL"
            " OR (NEW.proposal_id, NEW.place, NEW.during) IS DISTINCT FROM (OLD.proposal_id, OLD.place, OLD.during))",
            "praxis_refuse()",
        ),
    ]
