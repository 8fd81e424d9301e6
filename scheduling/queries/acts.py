"""What can be done with a session at this moment: the buttons of its page, of the day and of home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduling import rules
from scheduling.models import Session
from scheduling.states import SessionKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

# What a row must hold to be asked about.
NEEDS = ("pk", "status", "during", "arrived_at", "price", "paid_at", "version")
MOVE, COMPLETE, PAY = "move", "complete", "paid"


@dataclass(frozen=True, kw_only=True)
class Acts:
    """The acts that make sense now, for `scheduling/_session_acts.html`.  `primary` is the one that fits the moment."""

    session: int
    version: int
    can_change: bool
    can_finish: bool
    can_reopen: bool
    can_pay: bool
    is_paid: bool
    is_due: bool
    can_arrive: bool
    has_arrived: bool

    @property
    def primary(self) -> str:
        """Before it begins: moving it; then: completing it; then: that it is paid."""
        if self.can_finish:
            return COMPLETE
        if self.can_change:
            return MOVE
        return PAY if self.is_due else ""


def acts_of(session: Session, *, now: dt.datetime, where: dt.tzinfo) -> Acts:
    """What can be done with a booked session; `where` is the zone of its coach's calendar.  No query."""
    return Acts(
        session=session.pk,
        version=session.version,
        can_change=rules.may_change(session),
        can_finish=rules.may_finish(session, now=now),
        can_reopen=rules.may_reopen(session),
        can_pay=rules.may_pay(session),
        is_paid=session.paid_at is not None,
        is_due=rules.may_reopen(session) and bool(session.price) and session.paid_at is None,
        # Once it is over, nobody waits any more.
        can_arrive=rules.may_arrive(session, now=now, where=where) and now < session.ends_at,
        has_arrived=session.arrived_at is not None,
    )


def acts_of_row(row: Mapping[str, Any], *, now: dt.datetime, where: dt.tzinfo) -> Acts:
    """The same for a row of `values()` with at least NEEDS in it.  No query."""
    session = Session(kind=SessionKind.BOOKED, **{name: row[name] for name in NEEDS})
    return acts_of(session, now=now, where=where)
