"""Questions about plain values: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduling.states import SessionKind, SessionStatus

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from config.kernel.time import Interval
    from scheduling.models import RescheduleProposal, Session
    from scheduling.slots import Obstacle

# What takes away a time that was promised; hours, notice and the like were judged when it was promised.
_TAKING = frozenset({"session", "client_busy", "hold", "time_off", "past"})


def is_taken(obstacles: Iterable[Obstacle]) -> bool:
    """Whether a time that was promised, or waited for, cannot be given."""
    return any(obstacle.code in _TAKING for obstacle in obstacles)


def may_change(session: Session) -> bool:
    """Whether it can still be moved or cancelled."""
    return session.kind == SessionKind.BOOKED and session.status == SessionStatus.SCHEDULED


def latest_answer(offers: Sequence[Interval], notice: dt.timedelta) -> dt.datetime:
    """The last moment at which an answer leaves enough notice before the first of these times."""
    return min(offer.starts_at for offer in offers) - notice


@dataclass(frozen=True)
class Reply:
    """What a declined proposal says: whether the hour is kept, and the client's own words."""

    keeps: bool
    text: str


def reply_of(proposal: RescheduleProposal) -> Reply:
    """The reply in a declined proposal."""
    return Reply(proposal.keeps, proposal.counter_text)
