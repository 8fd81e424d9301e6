"""Clients who were asked to move although nobody else wants the hour: what is open, and what came of it."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from clients.models import AuditEvent
from scheduling import rules
from scheduling.models import RescheduleProposal
from scheduling.states import ProposalKind, ProposalStatus, SessionStatus

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.models import Session
    from scheduling.queries.counters import CounterWay

# What the coach does with an answer that needs no more; the audit trail is where that is kept.
LAID_ASIDE = "ask_laid_aside"
_MOVED = "session_moved"
# So long it is news that somebody moved.
NEWS_FOR = dt.timedelta(days=7)


class AskStand(enum.StrEnum):
    """How such a question stands; also the name of the template that says so."""

    NONE_FITS = "none_fits"
    ENDED = "ended"  # nobody answered in time
    KEPT = "kept"
    OPEN = "open"
    MOVED = "moved"


NEEDS_COACH = frozenset({AskStand.NONE_FITS, AskStand.ENDED, AskStand.KEPT})


@dataclass(frozen=True, kw_only=True)
class PlainAsk:
    """One such question.  `offers` is how many times were put; `during` is when the session is now."""

    id: int
    stand: AskStand
    session: int
    client: Client
    during: Interval
    offers: int
    since: dt.datetime
    expires_at: dt.datetime
    reminded_at: dt.datetime | None
    answered_at: dt.datetime | None
    reply: str
    # Filled in by `queries.counters.with_counters`.
    counters: tuple[CounterWay, ...] = ()

    @property
    def declined(self) -> int | None:
        """The question itself, where the answer was that none of its times fits."""
        return self.id if self.stand == AskStand.NONE_FITS else None

    @property
    def needs_coach(self) -> bool:
        """Whether nothing more happens unless the coach does something."""
        return self.stand in NEEDS_COACH

    @property
    def template(self) -> str:
        """The part that shows it."""
        return f"scheduling/ask/{self.stand}.html"


def plain_asks(provider: User, *, now: dt.datetime, session: Session | None = None) -> list[PlainAsk]:
    """The questions that still matter, those first that need the coach, then the oldest; of one session, one at most.

    One that is over leaves when the coach lays it aside, asks anew, moves or cancels the session, or when that
    begins.  One query."""
    rows = listed(provider, now=now).select_related("recipient", "session").annotate(times=Count("offers"))
    if session:
        rows = rows.filter(session=session)
    asks = [_ask(row, now) for row in rows.order_by("created_at", "pk")]
    return sorted(asks, key=lambda ask: not ask.needs_coach)


def listed(provider: User, *, now: dt.datetime) -> QuerySet[RescheduleProposal]:
    """The rows behind them, for whoever only counts."""
    mine = RescheduleProposal.objects.filter(
        Q(recipient__care__provider=provider, recipient__care__ended_at__isnull=True),
        ~Q(status=ProposalStatus.WITHDRAWN),
        # Where somebody went is old news after some days.
        ~Q(status=ProposalStatus.ANSWERED) | Q(answered_at__gt=now - NEWS_FOR),
        provider=provider,
        kind=ProposalKind.ASK_TO_MOVE,
        case__isnull=True,
        session__status=SessionStatus.SCHEDULED,
        session__during__startswith__gt=now,
    )
    asked_anew = RescheduleProposal.objects.filter(session=OuterRef("session"), pk__gt=OuterRef("pk"))
    over = Coalesce(OuterRef("answered_at"), OuterRef("expires_at"))
    moved = events_about("session:", OuterRef("session"), _MOVED).filter(at__gt=over)
    return mine.exclude(Exists(asked_anew)).exclude(Exists(moved)).exclude(Exists(laid_aside(OuterRef("pk"))))


def counted(*, now: dt.datetime) -> dict[str, Any]:
    """What the statement that only counts them is asked with."""
    return {"now": now, "moved": _MOVED, "laid_aside": LAID_ASIDE}


def is_laid_aside(proposal: RescheduleProposal) -> bool:
    """Whether the coach needs it listed no more."""
    return laid_aside(Value(proposal.pk)).exists()


def laid_aside(proposal: Combinable) -> QuerySet[AuditEvent]:
    """That the coach needs this proposal listed no more."""
    return events_about("proposal:", proposal, LAID_ASIDE)


def events_about(kind: str, number: Combinable, verb: str) -> QuerySet[AuditEvent]:
    """What was written down about that row, by the index on what events are about."""
    return AuditEvent.objects.filter(object=Concat(Value(kind), Cast(number, TextField())), verb=verb)


def _ask(row: RescheduleProposal, now: dt.datetime) -> PlainAsk:
    assert row.session is not None
    return PlainAsk(
        id=row.pk,
        stand=_stand(row, now),
        session=row.session.pk,
        client=row.recipient,
        during=row.session.interval,
        offers=row.times,  # type: ignore[attr-defined]  # annotated above
        since=row.created_at,
        expires_at=row.expires_at,
        reminded_at=row.reminded_at,
        answered_at=row.answered_at,
        reply=rules.reply_of(row).text,
    )


def _stand(row: RescheduleProposal, now: dt.datetime) -> AskStand:
    if row.status == ProposalStatus.ANSWERED:
        return AskStand.MOVED
    if row.status == ProposalStatus.DECLINED:
        return AskStand.KEPT if rules.reply_of(row).keeps else AskStand.NONE_FITS
    # An open one whose time is over has not been tidied yet.
    return AskStand.OPEN if row.is_open_at(now) else AskStand.ENDED
