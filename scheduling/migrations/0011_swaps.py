"""Two who swap their times: two questions that name each other, and have one end."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from config.kernel.schema import NamedForeignKey

PROPOSAL = "scheduling_rescheduleproposal"


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_preferences"),
        ("scheduling", "0010_waiting_list"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="rescheduleproposal",
            name="proposal_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="rescheduleproposal",
            name="proposal_shape",
        ),
        migrations.RemoveConstraint(
            model_name="rescheduleproposal",
            name="kept_is_declined_ask",
        ),
        migrations.AddField(
            model_name="rescheduleproposal",
            name="agreed_at",
            field=models.DateTimeField(null=True, verbose_name="agreed"),
        ),
        migrations.AddField(
            model_name="rescheduleproposal",
            name="twin",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="scheduling.rescheduleproposal",
                verbose_name="the other’s question",
            ),
        ),
        migrations.AddField(
            model_name="rescheduleproposal",
            name="swap_stage",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(models.Q(("kind", "swap"), _negated=True), then=models.Value(None)),
                    models.When(status__in=["open", "answered"], then=models.F("status")),
                    default=models.Value("off", output_field=models.TextField()),
                ),
                output_field=models.TextField(null=True),
            ),
        ),
        migrations.AlterField(
            model_name="rescheduleproposal",
            name="kind",
            field=models.TextField(
                choices=[
                    ("offer_times", "Other times offered"),
                    ("ask_to_move", "Asked to move"),
                    ("swap", "Asked to swap"),
                ],
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="rescheduleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["offer_times", "ask_to_move", "swap"])), name="proposal_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="rescheduleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "ask_to_move"), ("session__isnull", False), ("twin__isnull", True)),
                    models.Q(
                        ("case__isnull", True), ("kind", "swap"), ("session__isnull", False), ("twin__isnull", False)
                    ),
                    models.Q(
                        models.Q(("kind__in", ["ask_to_move", "swap"]), _negated=True),
                        ("case__isnull", False),
                        ("session__isnull", True),
                        ("twin__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="proposal_shape",
            ),
        ),
        migrations.AddConstraint(
            model_name="rescheduleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("keeps", False),
                    models.Q(("kind__in", ["ask_to_move", "swap"]), ("status", "declined")),
                    _connector="OR",
                ),
                name="kept_is_declined_ask",
            ),
        ),
        migrations.AddConstraint(
            model_name="rescheduleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("twin", models.F("id")), _negated=True), name="swap_is_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="rescheduleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed_at__isnull", True),
                    models.Q(("agreed_at__lte", models.F("expires_at")), ("kind", "swap")),
                    _connector="OR",
                ),
                name="agreed_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="rescheduleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "swap"), _negated=True),
                    models.Q(("status", "answered"), _negated=True),
                    ("agreed_at__isnull", False),
                    _connector="OR",
                ),
                name="swap_needs_both_yes",
            ),
        ),
        migrations.AddConstraint(
            model_name="rescheduleproposal",
            constraint=models.UniqueConstraint(
                fields=("id", "twin", "provider", "swap_stage"), name="proposal_key_swap"
            ),
        ),
        NamedForeignKey(
            "swap_is_both",
            PROPOSAL,
            "twin_id, id, provider_id, swap_stage",
            PROPOSAL,
            "id, twin_id, provider_id, swap_stage",
        ),
    ]
