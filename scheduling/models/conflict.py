"""A wish that clashed, the times proposed for it, and what was answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from config.kernel.schema import SaneRange
from config.kernel.time import Interval
from scheduling.models.session import Session
from scheduling.states import CaseStatus, ProposalKind, ProposalStatus

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


class RescheduleProposal(models.Model):
    """Times put to one person: to the wisher instead of the hour, or to the one who has it."""

    kind = models.TextField(_("kind"), choices=ProposalKind)
    status = models.TextField(
        _("status"), choices=ProposalStatus, default=ProposalStatus.OPEN, db_default=ProposalStatus.OPEN.value
    )
    # case, session and chosen are held by composite rules; a plain foreign key beside would only repeat them.
    case = models.ForeignKey(
        ConflictCase,
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        related_name="proposals",
        verbose_name=_("conflict case"),
    )
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        related_name="proposals",
        verbose_name=_("session"),
    )
    provider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("from")
    )
    recipient = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("recipient")
    )
    note = models.TextField(_("note"), blank=True, default="", db_default="")
    expires_at = models.DateTimeField(_("answer by"))
    chosen = models.OneToOneField(
        "scheduling.SlotOffer",
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        related_name="chosen_in",
        verbose_name=_("chosen time"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    counter_text = models.TextField(_("what was written"), blank=True, default="", db_default="")
    keeps = models.BooleanField(_("keeps the hour"), default=False, db_default=False)
    created_at = models.DateTimeField(_("sent"), db_default=Now(), editable=False)
    wish_client_id = models.GeneratedField(
        expression=Case(When(kind=ProposalKind.OFFER_TIMES, then=F("recipient")), default=Value(None)),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )
    needs_case_status = models.GeneratedField(
        expression=Case(
            When(kind=ProposalKind.OFFER_TIMES, status=ProposalStatus.ANSWERED, then=Value("resolved")),
            default=Value(None),
        ),
        output_field=models.TextField(null=True),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ProposalKind.values), name="proposal_kind_known"),
            models.CheckConstraint(condition=Q(status__in=ProposalStatus.values), name="proposal_status_known"),
            models.CheckConstraint(
                condition=Q(kind=ProposalKind.ASK_TO_MOVE, session__isnull=False)
                | (~Q(kind=ProposalKind.ASK_TO_MOVE) & Q(session__isnull=True, case__isnull=False)),
                name="proposal_shape",
            ),
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.ANSWERED, chosen__isnull=False)
                | (~Q(status=ProposalStatus.ANSWERED) & Q(chosen__isnull=True)),
                name="answered_has_chosen",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        status__in=[ProposalStatus.ANSWERED, ProposalStatus.DECLINED],
                        answered_at__isnull=False,
                        answered_at__lte=F("expires_at"),
                    )
                    | (~Q(status__in=[ProposalStatus.ANSWERED, ProposalStatus.DECLINED]) & Q(answered_at__isnull=True))
                ),
                name="answered_in_time",
            ),
            models.CheckConstraint(
                condition=Q(keeps=False) | Q(status=ProposalStatus.DECLINED, kind=ProposalKind.ASK_TO_MOVE),
                name="kept_is_declined_ask",
            ),
            models.UniqueConstraint(fields=["id", "status", "keeps"], name="proposal_key_reply"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(status=ProposalStatus.OPEN), name="one_open_proposal_per_session"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status=ProposalStatus.OPEN), name="one_open_proposal_per_case"
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "expires_at"], name="proposal_open", condition=Q(status=ProposalStatus.OPEN)
            ),
        ]

    def __str__(self) -> str:
        return gettext("Proposal %(number)s") % {"number": self.pk}

    def is_open_at(self, at: dt.datetime) -> bool:
        """Whether it can still be answered at that instant."""
        return self.status == ProposalStatus.OPEN and at <= self.expires_at


class SlotOffer(models.Model):
    """One of the times of a proposal; held means closed to others while the proposal is open."""

    proposal = models.ForeignKey(
        RescheduleProposal, on_delete=models.PROTECT, related_name="offers", verbose_name=_("proposal")
    )
    during = DateTimeRangeField(_("when"))
    held = models.BooleanField(_("held"), default=True, db_default=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("offered time")
        verbose_name_plural = _("offered times")
        constraints = [
            models.CheckConstraint(condition=SaneRange(F("during")), name="offer_during_is_sane"),
            models.UniqueConstraint(fields=["proposal", "during"], name="offer_once_in_proposal"),
            models.UniqueConstraint(fields=["id", "proposal"], name="offer_key_proposal"),
        ]

    def __str__(self) -> str:
        return gettext("Offer %(number)s") % {"number": self.pk}

    @property
    def interval(self) -> Interval:
        """The time offered."""
        return Interval.from_range(self.during)
