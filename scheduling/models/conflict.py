"""A wish for an hour: one that clashed, or any that suits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from config.kernel.schema import SaneRange
from config.kernel.time import Interval
from scheduling.models.session import Session
from scheduling.states import CaseStatus

if TYPE_CHECKING:
    import datetime as dt


class ConflictCase(models.Model):
    """Somebody wants an hour that is taken, or any that suits; open until they have a session or give up the wish.

    A clash names the hour and what is in its way.  Who is on the waiting list has windows instead, in which an hour
    may lie, and `wanted` only while one is held for them; once booked, that hour stays."""

    provider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cases", verbose_name=_("with")
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="cases", verbose_name=_("who wants it"))
    wanted = DateTimeRangeField(_("wanted time"), null=True)
    blocking_session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, related_name="blocks_cases", verbose_name=_("session in the way")
    )
    # These three only on the waiting list; the dates are the coach's.
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), null=True)
    first_date = models.DateField(_("from the date"), null=True)
    last_date = models.DateField(_("until the date"), null=True)
    status = models.TextField(
        _("status"),
        choices=CaseStatus,
        default=CaseStatus.PENDING_RESOLUTION,
        db_default=CaseStatus.PENDING_RESOLUTION.value,
    )
    # Held to its own people by the composite rule case_session_is_its_own.
    session = models.OneToOneField(
        Session,
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        related_name="resolves_case",
        verbose_name=_("session made"),
    )
    held_until = models.DateTimeField(_("hour held until"), null=True)
    book_when_freed = models.BooleanField(_("books itself when freed"), default=False, db_default=False)
    title = models.TextField(_("title"), blank=True, default="", db_default="")
    resolution = models.TextField(_("how it ended"), blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        verbose_name = _("conflict case")
        verbose_name_plural = _("conflict cases")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CaseStatus.values), name="case_status_known"),
            models.CheckConstraint(
                condition=Q(status=CaseStatus.RESOLVED, session__isnull=False)
                | (~Q(status=CaseStatus.RESOLVED) & Q(session__isnull=True)),
                name="case_resolved_has_session",
            ),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(status=CaseStatus.PENDING_RESOLUTION),
                name="case_hold_is_pending",
            ),
            models.CheckConstraint(condition=SaneRange(F("wanted")), name="case_wanted_is_sane"),
            models.CheckConstraint(
                condition=Q(
                    wanted__isnull=False,
                    blocking_session__isnull=False,
                    minutes__isnull=True,
                    first_date__isnull=True,
                    last_date__isnull=True,
                )
                | Q(
                    blocking_session__isnull=True,
                    minutes__isnull=False,
                    first_date__isnull=False,
                    last_date__isnull=False,
                ),
                name="case_shape",
            ),
            # Nobody on the list keeps an hour that nobody keeps for them.
            models.CheckConstraint(
                condition=Q(minutes__isnull=True)
                | ~Q(status=CaseStatus.PENDING_RESOLUTION)
                | Q(wanted__isnull=True, held_until__isnull=True)
                | Q(wanted__isnull=False, held_until__isnull=False),
                name="case_match_is_held",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__range=(5, 480)), name="case_minutes_in_reason"
            ),
            models.CheckConstraint(
                condition=Q(first_date__isnull=True)
                | Q(last_date__gte=F("first_date"), last_date__lte=F("first_date") + Value(timedelta(days=365))),
                name="case_dates_in_reason",
            ),
            models.UniqueConstraint(fields=["id", "status"], name="case_key_status"),
            models.UniqueConstraint(fields=["id", "provider"], name="case_key_provider"),
            models.UniqueConstraint(fields=["id", "client"], name="case_key_client"),
        ]
        indexes = [
            models.Index(
                fields=["provider", "created_at"],
                name="case_pending",
                condition=Q(status=CaseStatus.PENDING_RESOLUTION),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Case %(number)s") % {"number": self.pk}

    @property
    def is_waiting(self) -> bool:
        """Whether this is the waiting list's kind: no hour was named."""
        return self.minutes is not None

    @property
    def interval(self) -> Interval:
        """The hour that is wanted; of a case that has one."""
        assert self.wanted is not None
        return Interval.from_range(self.wanted)

    @property
    def hour(self) -> Interval | None:
        """The hour that is wanted, or held on the waiting list; None while there is none."""
        return Interval.from_range(self.wanted) if self.wanted is not None else None

    @property
    def asked_for(self) -> Interval | None:
        """The hour that the client named; None on the waiting list, whose hours we find."""
        return None if self.is_waiting else self.hour

    def hour_at(self, at: dt.datetime) -> Interval | None:
        """The hour as it counts at that instant: on the waiting list, only while it is held."""
        if self.is_waiting and not (self.held_until and self.held_until > at):
            return None
        return self.hour

    @property
    def length(self) -> int:
        """How many minutes the session would take."""
        return self.interval.minutes if self.minutes is None else self.minutes
