"""Making a session: the coach's own booking, and the step that every other way shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel.actions import action, inside_action

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.models import Session, SlotOffer
    from scheduling.wishes import Booking


@action
def book_session(booking: Booking, *, by: User, now: dt.datetime) -> Session:
    """Book a session of `by` with the client; a pending wish of theirs for exactly that hour is resolved with it.

    The same form sent again returns the first session.
    Locks: provider, client, case.  Tells: the client, if `booking.notify`.
    Raises: HourTaken(clash), ClientBusy, NeedsOverrule(obstacles), ClientArchived, NotInCare, AlreadySent."""
    raise NotImplementedError


@inside_action
def place_session(
    provider: User,
    client: Client,
    during: Interval,
    *,
    by: User | None,
    now: dt.datetime,
    title: str = "",
    notify: bool = True,
    overrule: bool = False,
    booked_from: SlotOffer | None = None,
) -> Session:
    """Judge the hour and make the session; provider and client are locked by the caller.

    Raises: HourTaken(clash), NeedsOverrule(obstacles), ClientArchived, NotInCare."""
    raise NotImplementedError
