"""How a session ended: it took place, or the client did not come; and the way back, however late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel.actions import action, inside_action
from scheduling import rules
from scheduling.actions import changes, endings
from scheduling.errors import NotFinishable, NotReopenable, NotYetBegun
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import Session

COMPLETED, MISSED, REOPENED = "session_completed", "session_no_show", "session_reopened"


@action
def complete_session(session_id: int, *, by: User, now: dt.datetime, version: int) -> Session:
    """Mark a scheduled session that has begun as completed; what its client was asked about it is withdrawn.

    `version` is the one the page showed.  Sent again, nothing more happens.
    Locks: provider, client, session, proposals.  Tells: the client, if times were on offer.
    Raises: ChangedMeanwhile(session), NotFinishable, NotYetBegun(session)."""
    return _finish(session_id, SessionStatus.COMPLETED, COMPLETED, by=by, now=now, version=version)


@action
def miss_session(session_id: int, *, by: User, now: dt.datetime, version: int) -> Session:
    """Mark a scheduled session that has begun as a no-show; what its client was asked about it is withdrawn.

    `version` is the one the page showed.  Sent again, nothing more happens.
    Locks: provider, client, session, proposals.  Tells: the client, if times were on offer.
    Raises: ChangedMeanwhile(session), NotFinishable, NotYetBegun(session)."""
    return _finish(session_id, SessionStatus.NO_SHOW, MISSED, by=by, now=now, version=version)


@action
def reopen_session(session_id: int, *, by: User, now: dt.datetime, version: int) -> Session:
    """Make a completed or missed session scheduled again; a rating goes with what was rated.

    `version` is the one the page showed.  Sent again, nothing more happens.
    Locks: provider, client, session.  Raises: ChangedMeanwhile(session), NotReopenable."""
    _provider, session = changes.lock_session(session_id)
    if changes.was_sent(session, REOPENED, version=version):
        return session
    if not rules.may_reopen(session):
        raise NotReopenable()
    before = changes.as_it_is(session, "status", "rating")
    session.status, session.rating = SessionStatus.SCHEDULED, None
    changes.write(session, "status", "rating")
    changes.record(session, REOPENED, by=by, now=now, undo={"before": before})
    return session


@inside_action
def _finish(session_id: int, status: SessionStatus, verb: str, *, by: User, now: dt.datetime, version: int) -> Session:
    provider, session = changes.lock_session(session_id)
    if changes.was_sent(session, verb, version=version):
        return session
    if not rules.may_change(session):
        raise NotFinishable()
    if not rules.may_finish(session, now=now):
        raise NotYetBegun(session=session)
    endings.expire_due(provider.pk, now=now)
    # Of the session itself nothing is told, so this cannot wait for other news.
    endings.withdraw_asked(session, by=by, now=now, tell=True)
    before = changes.as_it_is(session, "status", "rating")
    session.status = status
    changes.write(session, "status")
    changes.record(session, verb, by=by, now=now, undo={"before": before})
    return session
