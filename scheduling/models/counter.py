"""The times that a client would come instead, when none of those offered fits."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.schema import SaneRange
from config.kernel.time import Interval
from scheduling.models.proposal import RescheduleProposal
from scheduling.states import ProposalStatus


class CounterTime(models.Model):
    """One time that was written with "none fits", up to three a proposal; `accepted_at` when the coach took it.

    It is a wish and holds nothing: whether it can be had is judged when it is accepted."""

    # Held by the composite rule counter_is_of_declined; a plain foreign key beside would only repeat it.
    proposal = models.ForeignKey(
        RescheduleProposal,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="counter_times",
        verbose_name=_("proposal"),
    )
    place = models.SmallIntegerField(_("place"))
    during = DateTimeRangeField(_("when"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    proposal_status = models.GeneratedField(
        expression=Value(ProposalStatus.DECLINED.value), output_field=models.TextField(), db_persist=True
    )
    proposal_keeps = models.GeneratedField(expression=Value(False), output_field=models.BooleanField(), db_persist=True)

    class Meta:
        verbose_name = _("client’s own time")
        verbose_name_plural = _("clients’ own times")
        constraints = [
            models.CheckConstraint(condition=SaneRange(F("during")), name="counter_during_is_sane"),
            models.CheckConstraint(condition=Q(place__gte=1, place__lte=3), name="counter_place_one_to_three"),
            models.UniqueConstraint(fields=["proposal", "place"], name="counter_place_once"),
            models.UniqueConstraint(fields=["proposal", "during"], name="counter_once_in_proposal"),
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(accepted_at__isnull=False), name="counter_accepted_once"
            ),
        ]

    def __str__(self) -> str:
        return gettext("Own time %(number)s") % {"number": self.pk}

    @property
    def interval(self) -> Interval:
        """When the client would come."""
        return Interval.from_range(self.during)
