"""Taking back the last change of a session, while nobody else has heard of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import action, inside_action
from scheduling import rules, slots
from scheduling.actions import changes, endings, freed, locks, opened
from scheduling.errors import HourTaken, NeedsOverrule, NothingToUndo, NotTheLastChange, TooLateToUndo
from scheduling.queries.changes import UNDONE, change_to
from scheduling.queries.clash import clash_of, taken
from scheduling.states import SessionStatus
from scheduling.wishes import Undone

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import Session
    from scheduling.queries.changes import Change


def undo_change(session_id: int, *, by: User, now: dt.datetime, version: int) -> Undone:
    """Take back the change that made this version of a session: it is the last one, and less than 20 s old.

    An hour is had again only if nobody has it by now; put on hold for who waits for it by that very change, it
    is not held any more.  The hour that a move back leaves goes to whoever waits for it.  What was withdrawn
    with the change stays so.  Sent again, nothing more happens.
    Locks: provider, clients, cases, session, proposals.  Tells: who had times on offer that were withdrawn.
    Raises: HourTaken(clash), ClientBusy, NeedsOverrule(obstacles) when the hour is held for others,
    NotTheLastChange(session), NothingToUndo(session), TooLateToUndo(session)."""
    # What made a version never changes, so it can be read before anything is locked.
    change = change_to(session_id, version)
    try:
        return _undo(session_id, change, by=by, now=now, version=version)
    except HourTaken as refusal:
        if refusal.clash:
            raise
        # The database itself spoke: somebody wrote without waiting for the lock.
        session = locks.peek_session(session_id)
        assert session.provider is not None
        hour = (change and change.hour_before) or session.interval
        if clash := clash_of(session.provider, session.client, hour, now=now, ignoring=session):
            raise taken(clash) from refusal
        raise


@action
def _undo(session_id: int, change: Change | None, *, by: User, now: dt.datetime, version: int) -> Undone:
    hour = change.hour_before if change else None
    provider, session = freed.lock_session_and_waiting(session_id, and_around=hour)
    if changes.was_sent(session, UNDONE, version=version, refusal=NotTheLastChange):
        assert change is not None
        return Undone(session=session, verb=change.verb, withdrawn=bool(_withdrawn(change)))
    if change is None or change.undo is None:
        raise NothingToUndo(session=session)
    if not rules.may_undo(change, now=now):
        raise TooLateToUndo(session=session)
    if hour or session.status == SessionStatus.CANCELLED:
        _make_room(provider, session, hour or session.interval, change, by=by, now=now)
    left = session.interval
    _write_back(session, change, by=by, now=now)
    if hour:
        freed.hour_freed(provider, left, now=now, by=by, left_by=session.client_id)
    return Undone(session=session, verb=change.verb, withdrawn=bool(_withdrawn(change)))


@inside_action
def _make_room(provider: User, session: Session, hour: Interval, change: Change, *, by: User, now: dt.datetime) -> None:
    """Make sure that the session can have that hour again, and nothing is asked about the one it leaves."""
    if clash := clash_of(provider, session.client, hour, now=now, ignoring=session):
        raise taken(clash)
    endings.expire_due(provider.pk, now=now)
    if held := (change.undo or {}).get("held"):
        freed.take_back(provider, hour, held, by=by, now=now)
        # What was let go with the change stays so; who had this hour instead of some of that did not get any then.
        for proposal_id in _withdrawn(change):
            opened.mark_let_go(locks.peek_proposal(proposal_id), by=by, now=now)
    # Opening hours, pauses and notice were overruled or kept the first time; a promise may be new.
    against = slots.explain(provider, hour, now=now, for_client=session.client, ignoring=session)
    if holds := [obstacle for obstacle in against if obstacle.code == "hold"]:
        raise NeedsOverrule(obstacles=holds)
    endings.withdraw_asked(session, by=by, now=now, tell=True)


@inside_action
def _write_back(session: Session, change: Change, *, by: User, now: dt.datetime) -> None:
    names = [*change.before]
    if session.status == SessionStatus.CANCELLED:
        session.cancelled_at, session.cancelled_by, session.cancellation_reason = None, None, ""
        names += ["cancelled_at", "cancelled_by", "cancellation_reason"]
    changes.put_back(session, change.before)
    changes.write(session, *names)
    facts = {"undid": change.version, "what": change.verb}
    changes.record(session, UNDONE, by=by, now=now, facts=facts)
    # The news of the change would have told it, and will never be sent.
    for proposal_id in _withdrawn(change):
        recipient = records.to_client(session.client_id)
        records.queue_message("proposal_withdrawn", recipient, f"proposal:{proposal_id}", not_before=now)


def _withdrawn(change: Change) -> list[int]:
    found: list[int] = (change.undo or {}).get("withdrawn", [])
    return found
