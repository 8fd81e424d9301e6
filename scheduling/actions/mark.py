"""What a coach ticks off on a session: that it is paid, that the client is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel import time
from config.kernel.actions import action
from scheduling import rules
from scheduling.actions import changes
from scheduling.errors import NotPayable, NotToday
from scheduling.slots.engine import coach_of

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import Session

PAID, NOT_PAID = "session_paid", "session_unpaid"
ARRIVED, NOT_ARRIVED = "session_arrived", "session_not_arrived"


@action
def mark_paid(session_id: int, *, paid: bool, by: User, now: dt.datetime, version: int) -> Session:
    """Say that a session is paid, to whom and when, or that it is not; any but a cancelled one.

    `version` is the one the page showed.  What is so already, and the same sent again, changes nothing.
    Locks: provider, client, session.  Raises: ChangedMeanwhile(session), NotPayable."""
    verb = PAID if paid else NOT_PAID
    _provider, session = changes.lock_session(session_id)
    if changes.was_sent(session, verb, version=version):
        return session
    if not rules.may_pay(session):
        raise NotPayable()
    if (session.paid_at is not None) == paid:
        return session
    before = changes.as_it_is(session, "paid_at", "paid_by_id")
    session.paid_at, session.paid_by = (now, by) if paid else (None, None)
    changes.write(session, "paid_at", "paid_by")
    changes.record(session, verb, by=by, now=now, undo={"before": before})
    return session


@action
def mark_arrived(session_id: int, *, arrived: bool, by: User, now: dt.datetime, version: int) -> Session:
    """Say that the client of a scheduled session of today is here, or is not.

    `version` is the one the page showed.  What is so already, and the same sent again, changes nothing.
    Locks: provider, client, session.  Raises: ChangedMeanwhile(session), NotToday."""
    verb = ARRIVED if arrived else NOT_ARRIVED
    provider, session = changes.lock_session(session_id)
    if changes.was_sent(session, verb, version=version):
        return session
    where = time.zone((coach_of(provider) or provider).time_zone)
    if not rules.may_arrive(session, now=now, where=where):
        raise NotToday()
    if (session.arrived_at is not None) == arrived:
        return session
    before = changes.as_it_is(session, "arrived_at")
    session.arrived_at = now if arrived else None
    changes.write(session, "arrived_at")
    changes.record(session, verb, by=by, now=now, undo={"before": before})
    return session
