"""Time that became free and is still to be given to whoever waits."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from config.kernel.schema import SaneSpan


class OpenedTime(models.Model):
    """A mark, written in the transaction that opened the time and taken away in the one that gives it to somebody.

    Whatever breaks off in between, nobody's turn is lost.  `left_by` had the time and does not get it back."""

    provider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="opened_times", verbose_name=_("with")
    )
    during = DateTimeRangeField(_("when"))
    left_by = models.ForeignKey(
        Client, on_delete=models.SET_NULL, null=True, related_name="left_times", verbose_name=_("who left it")
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("opened time")
        verbose_name_plural = _("opened times")
        constraints = [models.CheckConstraint(condition=SaneSpan(F("during")), name="opened_is_sane")]

    def __str__(self) -> str:
        return str(self.pk)
