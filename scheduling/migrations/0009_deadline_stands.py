"""Until when something could be answered does not change once it is over."""

from django.db import migrations

from config.kernel.schema import Trigger


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0008_counter_times")]

    operations = [
        Trigger(
            "proposal_deadline_stands",
            "scheduling_rescheduleproposal",
            "BEFORE UPDATE OF expires_at ON TABLE FOR EACH ROW"
            " WHEN (OLD.status <> 'open' AND NEW.expires_at IS DISTINCT FROM OLD.expires_at)",
            "praxis_refuse()",
        ),
    ]
