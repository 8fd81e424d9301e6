"""Times put to one person, and what was answered."""

from __future__ import annotations

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
from scheduling.models.conflict import ConflictCase
from scheduling.models.session import Session
from scheduling.states import ASKING, ProposalKind, ProposalStatus

if TYPE_CHECKING:
    import datetime as dt


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
    # Two people are asked to swap: each question names the other, which the rule swap_is_both holds.
    twin = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("the other’s question"),
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
    # Said yes to a swap, which happens when the other does too.
    agreed_at = models.DateTimeField(_("agreed"), null=True)
    # When whoever has yet to answer was last reminded.
    reminded_at = models.DateTimeField(_("reminded"), null=True)
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
    swap_stage = models.GeneratedField(
        expression=Case(
            When(~Q(kind=ProposalKind.SWAP), then=Value(None)),
            When(status__in=[ProposalStatus.OPEN, ProposalStatus.ANSWERED], then=F("status")),
            default=Value("off", output_field=models.TextField()),
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
                condition=Q(kind=ProposalKind.ASK_TO_MOVE, session__isnull=False, twin__isnull=True)
                | Q(kind=ProposalKind.SWAP, session__isnull=False, case__isnull=True, twin__isnull=False)
                | Q(
                    ~Q(kind__in=[ProposalKind.ASK_TO_MOVE, ProposalKind.SWAP]),
                    session__isnull=True,
                    case__isnull=False,
                    twin__isnull=True,
                ),
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
                condition=Q(keeps=False)
                | Q(status=ProposalStatus.DECLINED, kind__in=[ProposalKind.ASK_TO_MOVE, ProposalKind.SWAP]),
                name="kept_is_declined_ask",
            ),
            models.CheckConstraint(
                condition=Q(reminded_at__isnull=True) | Q(reminded_at__lte=F("expires_at")), name="reminded_in_time"
            ),
            models.CheckConstraint(condition=~Q(twin=F("id")), name="swap_is_of_two"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(kind=ProposalKind.SWAP, agreed_at__lte=F("expires_at")),
                name="agreed_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ProposalKind.SWAP) | ~Q(status=ProposalStatus.ANSWERED) | Q(agreed_at__isnull=False),
                name="swap_needs_both_yes",
            ),
            models.UniqueConstraint(fields=["id", "twin", "provider", "swap_stage"], name="proposal_key_swap"),
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

    @property
    def asks(self) -> bool:
        """Whether it is about a session that its recipient has, and keeps if nothing comes of it."""
        return self.kind in ASKING

    @property
    def is_swap(self) -> bool:
        """Whether it is one of the two questions of a swap."""
        return self.kind == ProposalKind.SWAP

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
