"""Questions about plain values: no database, no clock."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.kernel.time import Interval
from scheduling.errors import CareEnded, NotMovable, ReadsNothing, RecordArchived, SessionBegun
from scheduling.states import SessionKind, SessionStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clients.models import Care
    from config.kernel.errors import Refusal
    from scheduling.models import RescheduleProposal, Session
    from scheduling.queries.changes import Change
    from scheduling.slots import Obstacle

# So long a change can be undone, and nobody else is told of it.
UNDO_FOR = dt.timedelta(seconds=20)

# So long after its deadline the link of a question still opens, and shows what became of it.
SHOWS_OUTCOME = dt.timedelta(days=30)

# So long after a reminder nobody is reminded again: oftener is pestering.
REMIND_REST = dt.timedelta(hours=12)

# What takes away a time that is offered or was promised; hours, notice and the like are for the coach alone to judge.
TAKING = frozenset({"session", "client_busy", "hold", "time_off", "past"})


def is_taken(obstacles: Iterable[Obstacle]) -> bool:
    """Whether a time that is offered, was promised, or is waited for, cannot be given."""
    return bool(taking(obstacles))


def taking(obstacles: Iterable[Obstacle]) -> list[Obstacle]:
    """Those of the obstacles for which a time cannot be given."""
    return [obstacle for obstacle in obstacles if obstacle.code in TAKING]


def mark_of(obstacle: Obstacle) -> str:
    """What an obstacle is known by when it is met again: what it is and whose or which, not how it is worded.

    What hangs on the present, as the notice does, is the same at any moment."""
    facts = obstacle.facts
    known = [str(facts.get(name, "")) for name in ("client", "reason")]
    known += [str(facts[name].timestamp()) for name in ("starts_at", "ends_at") if name in facts]
    return hashlib.sha256("\x1f".join([obstacle.code, *known]).encode()).hexdigest()[:12]


def may_change(session: Session) -> bool:
    """Whether it can still be moved or cancelled."""
    return session.kind == SessionKind.BOOKED and session.status == SessionStatus.SCHEDULED


def why_not_ask(session: Session, *, now: dt.datetime) -> Refusal | None:
    """What forbids asking its client to move; None when nothing does."""
    if not may_change(session):
        return NotMovable()
    return SessionBegun() if session.starts_at <= now else None


def why_not_write(care: Care) -> Refusal | None:
    """What forbids the two to write to one another; None when nothing does."""
    if care.ended_at is not None:
        return CareEnded()
    if not care.client.is_active:
        return RecordArchived()
    return None if care.provider.is_active else ReadsNothing(name=care.provider.get_full_name())


def may_finish(session: Session, *, now: dt.datetime) -> bool:
    """Whether it can be marked as completed, or as missed: not before it has begun."""
    return may_change(session) and session.starts_at <= now


def may_reopen(session: Session) -> bool:
    """Whether it can be made scheduled again, however long ago it was."""
    over = {SessionStatus.COMPLETED, SessionStatus.NO_SHOW}
    return session.kind == SessionKind.BOOKED and session.status in over


def may_pay(session: Session) -> bool:
    """Whether it can be marked as paid, or as not paid; before it has begun, too."""
    return session.kind == SessionKind.BOOKED and session.status != SessionStatus.CANCELLED


def may_arrive(session: Session, *, now: dt.datetime, where: dt.tzinfo) -> bool:
    """Whether its client can be marked as here: only on its day, as a calendar in that zone shows it."""
    return may_change(session) and session.starts_at.astimezone(where).date() == now.astimezone(where).date()


def may_undo(change: Change, *, now: dt.datetime) -> bool:
    """Whether it is of the kind that is taken back, and young enough; whether it is the last one is asked elsewhere."""
    return change.undo is not None and now - change.at < UNDO_FOR


def remind_again(reminded_at: dt.datetime | None, *, now: dt.datetime) -> dt.datetime | None:
    """From when on somebody can be reminded once more; None when that is now."""
    again = reminded_at + REMIND_REST if reminded_at else now
    return again if again > now else None


def latest_answer(offers: Sequence[Interval], notice: dt.timedelta, *, now: dt.datetime) -> dt.datetime:
    """The last moment at which an answer leaves enough notice before the first of these times.

    Who offers a time at shorter notice than that has waived it: then an answer may come until it begins."""
    first = min(offer.starts_at for offer in offers)
    return first - notice if first - notice >= now else first


def swapped(first: Interval, second: Interval) -> tuple[Interval, Interval]:
    """Where two sessions are after a swap: each begins where the other began, and is as long as it was."""
    return Interval.lasting(second.starts_at, first.minutes), Interval.lasting(first.starts_at, second.minutes)


@dataclass(frozen=True)
class Reply:
    """What a declined proposal says: whether the hour is kept, and the client's own words."""

    keeps: bool
    text: str


def reply_of(proposal: RescheduleProposal) -> Reply:
    """The reply in a declined proposal."""
    return Reply(proposal.keeps, proposal.counter_text)
