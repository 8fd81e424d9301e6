"""Cancelling a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import action, inside_action
from scheduling import rules
from scheduling.actions import changes, endings, freed
from scheduling.errors import NotCancellable
from scheduling.rules import UNDO_FOR
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import Session

CANCELLED = "session_cancelled"


@action
def cancel_session(session_id: int, *, by: User, now: dt.datetime, version: int, reason: str = "") -> Session:
    """Cancel a scheduled session; open proposals on it are withdrawn, its hour goes to whoever waits for it.

    `version` is the one the page showed.  The same cancellation sent again changes nothing more.
    Locks: provider, clients, cases, session, proposals.  Tells: the client (after the time for undo).
    Raises: ChangedMeanwhile(session), NotCancellable."""
    provider, session = freed.lock_session_and_waiting(session_id)
    if changes.was_sent(session, CANCELLED, version=version):
        return session
    if not rules.may_change(session):
        raise NotCancellable()
    endings.expire_due(provider.pk, now=now)
    drop_session(provider, session, by=by, now=now, reason=reason)
    return session


@inside_action
def drop_session(provider: User, session: Session, *, by: User, now: dt.datetime, reason: str) -> None:
    """Cancel a scheduled session; it and all that `freed.lock_session_and_waiting` names are locked by the caller.

    Tells: the client (after the time for undo)."""
    before = changes.as_it_is(session, "status")
    withdrawn = endings.withdraw_asked(session, by=by, now=now, tell=False)
    session.status, session.cancelled_at, session.cancelled_by = SessionStatus.CANCELLED, now, by
    session.cancellation_reason = reason
    changes.write(session, "status", "cancelled_at", "cancelled_by", "cancellation_reason")
    given = freed.hour_freed(provider, session.interval, now=now, by=by, left_by=session.client_id)
    undo = {"before": before, "held": freed.new_holds(given), "withdrawn": withdrawn}
    facts = {"during": records.plain(session.interval)}
    changes.record(session, CANCELLED, by=by, now=now, undo=undo, facts=facts)
    changes.tell_client(session, CANCELLED, not_before=now + UNDO_FOR)
