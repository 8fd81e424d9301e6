"""When somebody was reminded of a question that waits for an answer."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_preferences"),
        ("scheduling", "0011_swaps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="rescheduleproposal",
            name="reminded_at",
            field=models.DateTimeField(null=True, verbose_name="reminded"),
        ),
        migrations.AddConstraint(
            model_name="rescheduleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reminded_at__isnull", True), ("reminded_at__lte", models.F("expires_at")), _connector="OR"
                ),
                name="reminded_in_time",
            ),
        ),
    ]
