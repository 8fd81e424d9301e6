"""Cancelling a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import action, inside_action
from scheduling import rules
from scheduling.actions import endings, freed, locks
from scheduling.actions.move import UNDO_FOR
from scheduling.errors import ChangedMeanwhile, NotCancellable
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import Session


@action
def cancel_session(session_id: int, *, by: User, now: dt.datetime, version: int, reason: str = "") -> Session:
    """Cancel a scheduled session; open proposals on it are withdrawn, its hour goes to whoever waits for it.

    `version` is the one the page showed.  The same cancellation sent again changes nothing more.
    Locks: provider, clients, cases, session, proposals.  Tells: the client (after the time for undo).
    Raises: ChangedMeanwhile(session), NotCancellable."""
    provider, session = freed.lock_session_and_waiting(session_id)
    if session.version == version + 1 and session.status == SessionStatus.CANCELLED:
        return session
    if session.version != version:
        raise ChangedMeanwhile(session=session)
    if not rules.may_change(session):
        raise NotCancellable()
    endings.expire_due(provider.pk, now=now)
    drop_session(provider, session, by=by, now=now, reason=reason)
    return session


@inside_action
def drop_session(provider: User, session: Session, *, by: User, now: dt.datetime, reason: str) -> None:
    """Cancel a scheduled session; it and all that `freed.lock_session_and_waiting` names are locked by the caller.

    Tells: the client (after the time for undo)."""
    for proposal in locks.lock_open_proposals(session=session):
        endings.withdraw(proposal, by=by, now=now, tell=False)
    _write_cancellation(session, by=by, now=now, reason=reason)
    freed.hour_freed(provider, session.interval, now=now, by=by)


def _write_cancellation(session: Session, *, by: User, now: dt.datetime, reason: str) -> None:
    session.status, session.cancelled_at, session.cancelled_by = SessionStatus.CANCELLED, now, by
    session.cancellation_reason, session.version = reason, session.version + 1
    session.save(update_fields=["status", "cancelled_at", "cancelled_by", "cancellation_reason", "version"])
    facts = {"during": records.plain(session.interval), "version": session.version}
    records.record_audit("session_cancelled", f"session:{session.pk}", by=by, facts=facts, at=now)
    records.queue_message(
        "session_cancelled",
        records.to_client(session.client_id),
        f"session:{session.pk}",
        version=session.version,
        not_before=now + UNDO_FOR,
    )
