"""When somebody on the waiting list could come."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from scheduling.models.conflict import ConflictCase


class WaitingWindow(models.Model):
    """Between two local times of the coach's zone, on that weekday (Monday is 0), or on any day without one."""

    case = models.ForeignKey(
        ConflictCase, on_delete=models.PROTECT, related_name="windows", verbose_name=_("conflict case")
    )
    weekday = models.SmallIntegerField(_("weekday"), null=True)
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("to"))
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("waiting window")
        verbose_name_plural = _("waiting windows")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__range=(0, 6)), name="window_weekday_known"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="window_ends_after_start"),
            models.UniqueConstraint(
                fields=["case", "weekday", "starts_at", "ends_at"], nulls_distinct=False, name="window_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"
