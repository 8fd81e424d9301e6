"""Moving a session: the same row at another time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clients.actions import records
from config.kernel import time
from config.kernel.actions import action, inside_action
from scheduling import rules
from scheduling.actions import book, changes, endings, freed, line
from scheduling.errors import ChangedMeanwhile, NotMovable
from scheduling.rules import UNDO_FOR
from scheduling.slots.engine import coach_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import Session

__all__ = ["MOVED", "UNDO_FOR", "move_session", "put_at", "tell_move", "write_move"]

MOVED = "session_moved"


@action
def move_session(
    session_id: int, during: Interval, *, by: User, now: dt.datetime, version: int, overrule: bool = False
) -> Session:
    """Move a scheduled session; what was asked of its client is withdrawn, the old hour goes to whoever waits for it.

    `version` is the one the page showed.  The same move sent again changes nothing more.
    Locks: provider, clients, cases, session, proposals.  Tells: the client (after the time for undo).
    Raises: HourTaken(clash), ClientBusy, NeedsOverrule(obstacles), ChangedMeanwhile(session), NotMovable."""
    provider, session = freed.lock_session_and_waiting(session_id)
    if changes.was_sent(session, MOVED, version=version):
        if session.interval != during:
            raise ChangedMeanwhile(session=session)
        return session
    if not rules.may_change(session):
        raise NotMovable()
    if session.interval == during:
        return session
    endings.expire_due(provider.pk, now=now)
    book.leave_room(provider, session.client, during, now=now, overrule=overrule, moving=session)
    before = changes.as_it_is(session, "during", "arrived_at")
    withdrawn = endings.withdraw_asked(session, by=by, now=now, tell=False)
    left = write_move(provider, session, during, by=by, now=now)
    given = freed.hour_freed(provider, left, now=now, by=by, left_by=session.client_id)
    undo = {"before": before, "held": freed.new_holds(given), "withdrawn": withdrawn}
    changes.record(session, MOVED, by=by, now=now, undo=undo, facts=_facts(left, during))
    changes.tell_client(session, MOVED, not_before=now + UNDO_FOR)
    return session


@inside_action
def write_move(provider: User, session: Session, during: Interval, *, by: User | None, now: dt.datetime) -> Interval:
    """Put a locked session at another time without judging the hour; returns the time it left.

    Who had arrived for it is not here on another day.  To be told of with `tell_move`."""
    left = put_at(session, during)
    # Also for its own client, who waits for another session than this one.
    line.release_taken(provider, during, by=by, now=now)
    return left


@inside_action
def put_at(session: Session, during: Interval) -> Interval:
    """The row alone, at its new time; returns the time it left."""
    left, session.during = session.interval, during.as_range()
    if session.arrived_at and _is_another_day(session, left, during):
        session.arrived_at = None
    changes.write(session, "during", "arrived_at")
    return left


@inside_action
def tell_move(
    session: Session, left: Interval, *, by: User | None, now: dt.datetime, facts: Mapping[str, Any] | None = None
) -> None:
    """Write down a move that is told at once, and so cannot be undone; `facts` as well.  Tells: the client."""
    changes.record(session, MOVED, by=by, now=now, facts={**_facts(left, session.interval), **(facts or {})})
    changes.tell_client(session, MOVED, not_before=now)


def _facts(left: Interval, during: Interval) -> dict[str, list[str]]:
    return {"from": records.plain(left), "to": records.plain(during)}


def _is_another_day(session: Session, left: Interval, during: Interval) -> bool:
    assert session.provider is not None
    where = time.zone((coach_of(session.provider) or session.provider).time_zone)
    return left.starts_at.astimezone(where).date() != during.starts_at.astimezone(where).date()
