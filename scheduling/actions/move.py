"""Moving a session: the same row at another time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import action, inside_action
from scheduling import rules
from scheduling.actions import book, endings, freed, locks
from scheduling.errors import ChangedMeanwhile, NotMovable

if TYPE_CHECKING:
    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import Session

# Until then a change can be undone, and nobody else is told of it.
UNDO_FOR = dt.timedelta(seconds=20)


@action
def move_session(
    session_id: int, during: Interval, *, by: User, now: dt.datetime, version: int, overrule: bool = False
) -> Session:
    """Move a scheduled session; what was asked of its client is withdrawn, the old hour goes to whoever waits for it.

    `version` is the one the page showed.  The same move sent again changes nothing more.
    Locks: provider, clients, cases, session, proposals.  Tells: the client (after the time for undo).
    Raises: HourTaken(clash), ClientBusy, NeedsOverrule(obstacles), ChangedMeanwhile(session), NotMovable."""
    provider, session = freed.lock_session_and_waiting(session_id)
    if session.version == version + 1 and session.during == during.as_range():
        return session
    if session.version != version:
        raise ChangedMeanwhile(session=session)
    if not rules.may_change(session):
        raise NotMovable()
    if session.interval == during:
        return session
    endings.expire_due(provider.pk, now=now)
    book.leave_room(provider, session.client, during, now=now, overrule=overrule, moving=session)
    for proposal in locks.lock_open_proposals(session=session):
        endings.withdraw(proposal, by=by, now=now, tell=False)
    left = write_move(session, during, by=by, now=now, not_before=now + UNDO_FOR)
    freed.hour_freed(provider, left, now=now, by=by)
    return session


@inside_action
def write_move(
    session: Session, during: Interval, *, by: User | None, now: dt.datetime, not_before: dt.datetime
) -> Interval:
    """Put a locked session at another time without judging the hour; returns the time it left.  Tells: the client."""
    left, session.during = session.interval, during.as_range()
    session.version += 1
    session.save(update_fields=["during", "version"])
    facts = {"from": records.plain(left), "to": records.plain(during), "version": session.version}
    records.record_audit("session_moved", f"session:{session.pk}", by=by, facts=facts, at=now)
    records.queue_message(
        "session_moved",
        records.to_client(session.client_id),
        f"session:{session.pk}",
        version=session.version,
        not_before=not_before,
    )
    return left
