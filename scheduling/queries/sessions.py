"""One session as its page shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from config.kernel import time
from config.kernel.time import Interval
from scheduling import rules
from scheduling.models import ConflictCase
from scheduling.queries import cards
from scheduling.queries.acts import acts_of
from scheduling.queries.asks import plain_asks
from scheduling.queries.cards import Shown
from scheduling.queries.changes import change_to
from scheduling.queries.counters import with_counters
from scheduling.queries.series import ahead_of
from scheduling.queries.swaps import asked_swaps
from scheduling.queries.ways import open_asks
from scheduling.states import CaseStatus, ProposalKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from scheduling.models import Session
    from scheduling.queries.acts import Acts
    from scheduling.queries.asks import PlainAsk
    from scheduling.queries.changes import Change
    from scheduling.queries.swaps import AskedSwap


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody who wants (some of) the session's hour."""

    case: int
    name: str
    wanted: Interval
    since: dt.datetime
    books_itself: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The open question whether the client would move."""

    id: int
    offers: int
    since: dt.datetime
    until: dt.datetime
    is_swap: bool
    reminded_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class SessionPage:
    """All that the page of a session says.  Its last change can be undone for so many seconds more, or none."""

    session: Session
    shown: Shown
    asked: Asked | None
    # What came of asking the client to move for nobody else's sake, while it matters.
    reply: PlainAsk | None
    # The client and another were asked to swap, while it matters.
    swap: AskedSwap | None
    waiting: tuple[Waiting, ...]
    # The client's other sessions to come.
    ahead: tuple[Session, ...]
    can_change: bool
    may_ask: bool
    is_due: bool
    acts: Acts
    last: Change | None
    undo_seconds: int

    @property
    def word(self) -> str:
        """What it is at this moment, as its badge says."""
        is_swap = self.shown == Shown.PROPOSED and self.asked is not None and self.asked.is_swap
        return str(ProposalKind.SWAP.label if is_swap else self.shown.label)


def session_page(session: Session, *, now: dt.datetime) -> SessionPage:
    """The session with what is open about it and what else comes, for the provider it comes with.

    Four queries, six while it is ahead."""
    asked = _asked(session, now)
    is_over = rules.why_not_ask(session, now=now) is not None
    reply = None if asked or is_over else _reply(session, now)
    row = {**vars(session), "asked": asked is not None}
    shown = cards.shown_as(row, now=now)
    assert session.provider is not None
    where = time.zone(session.provider.coach.time_zone)
    last = change_to(session.pk, session.version)
    can_undo = last is not None and rules.may_undo(last, now=now)
    return SessionPage(
        session=session,
        shown=shown,
        asked=asked,
        reply=reply,
        swap=None if is_over or reply or (asked and not asked.is_swap) else _swap(session, now),
        waiting=tuple(_waiting(session)),
        ahead=tuple(ahead_of(session, now=now)),
        can_change=rules.may_change(session),
        may_ask=asked is None and not is_over,
        is_due=cards.is_due(row, shown),
        acts=acts_of(session, now=now, where=where),
        last=last,
        undo_seconds=math.ceil((last.at + rules.UNDO_FOR - now).total_seconds()) if last and can_undo else 0,
    )


def _asked(session: Session, now: dt.datetime) -> Asked | None:
    proposals = open_asks(session, now=now).annotate(times=Count("offers"))
    row = proposals.values("pk", "times", "created_at", "expires_at", "kind", "reminded_at").first()
    if row is None:
        return None
    return Asked(
        id=row["pk"],
        offers=row["times"],
        since=row["created_at"],
        until=row["expires_at"],
        is_swap=row["kind"] == ProposalKind.SWAP,
        reminded_at=row["reminded_at"],
    )


def _reply(session: Session, now: dt.datetime) -> PlainAsk | None:
    assert session.provider is not None
    asks = plain_asks(session.provider, now=now, session=session)
    return next(iter(with_counters(asks, session.provider, now=now)), None)


def _swap(session: Session, now: dt.datetime) -> AskedSwap | None:
    assert session.provider is not None
    return next(iter(asked_swaps(session.provider, now=now, session=session)), None)


def _waiting(session: Session) -> Iterator[Waiting]:
    cases = ConflictCase.objects.filter(
        provider=session.provider,
        status=CaseStatus.PENDING_RESOLUTION,
        wanted__overlap=session.during,
        client__care__provider=session.provider,
        client__care__ended_at__isnull=True,
    )
    names = ("pk", "client__full_name", "wanted", "created_at", "book_when_freed")
    for pk, name, wanted, since, books_itself in cases.order_by("created_at", "pk").values_list(*names):
        yield Waiting(case=pk, name=name, wanted=Interval.from_range(wanted), since=since, books_itself=books_itself)
