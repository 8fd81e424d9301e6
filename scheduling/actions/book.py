"""Making a session: the coach's own booking, and the steps that every other way shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import clients.queries
from clients.actions import records, submitted
from clients.errors import ClientArchived, NotInCare
from config.kernel.actions import action, inside_action
from config.kernel.errors import Busy
from scheduling import slots
from scheduling.actions import endings, line, locks
from scheduling.errors import CancelledSince, CaseClosed, HourTaken, NeedsOverrule, ProviderAway
from scheduling.models import Session
from scheduling.queries.clash import clash_of, taken
from scheduling.states import CaseStatus, SessionKind, SessionStatus
from scheduling.wishes import Ending

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.models import ConflictCase, SlotOffer
    from scheduling.wishes import Booking


def book_session(booking: Booking, *, by: User, now: dt.datetime) -> Session:
    """Book a session of `by` with the client; the pending wish that the booking names is resolved with it, or else
    one of theirs for exactly that hour.  What is open about it is withdrawn.

    The same form sent again returns the first session while it stands.
    Locks: provider, client, case, proposals.  Tells: the client, if `booking.notify`.
    Raises: HourTaken(clash), ClientBusy, NeedsOverrule(obstacles), ClientArchived, NotInCare, AlreadySent,
    CancelledSince(session), CaseClosed(case)."""
    try:
        return _book(booking, by=by, now=now)
    except (Busy, HourTaken) as refusal:
        if isinstance(refusal, HourTaken) and refusal.clash:
            raise
        # The database spoke before we looked, or the calendar was locked for too long: who has the hour now?
        if first := _sent_before(booking, by):
            return first
        if clash := clash_of(by, booking.client, booking.during, now=now):
            raise taken(clash) from refusal
        raise


@action
def _book(booking: Booking, *, by: User, now: dt.datetime) -> Session:
    provider = locks.lock_provider(by.pk)
    client = locks.lock_client(booking.client.pk)
    if first := _sent_before(booking, by):
        return first
    wish = _settled_by(booking, provider, client)
    endings.expire_due(provider.pk, now=now)
    session = place_session(
        provider,
        client,
        booking.during,
        by=by,
        now=now,
        title=booking.title,
        notify=booking.notify,
        overrule=booking.overrule,
        settles=wish,
    )
    if wish:
        endings.resolve_case(wish, session, Ending.BOOKED, by=by, now=now)
    submitted.remember(by, booking.form_key, booking.fingerprint, {"session": session.pk})
    return session


def _settled_by(booking: Booking, provider: User, client: Client) -> ConflictCase | None:
    """The client's pending wish that ends with this booking, locked: the one it names, or the one for its hour."""
    if booking.case_id is None:
        return locks.lock_wish(provider, client, booking.during)
    named = locks.lock_case(booking.case_id)
    is_theirs = named.provider_id == provider.pk and named.client_id == client.pk
    if not is_theirs or named.status != CaseStatus.PENDING_RESOLUTION:
        raise CaseClosed(case=named)
    return named


def _sent_before(booking: Booking, by: User) -> Session | None:
    answer = submitted.first_answer(by, booking.form_key, booking.fingerprint)
    if answer is None:
        return None
    session = locks.peek_session(answer["session"])
    if session.status == SessionStatus.CANCELLED:
        raise CancelledSince(session=session)
    return session


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
    settles: ConflictCase | None = None,
) -> Session:
    """Judge the hour and make the session, as `write_session`; provider and client are locked by the caller.

    Raises: HourTaken(clash), ClientBusy, NeedsOverrule(obstacles), ClientArchived, NotInCare."""
    welcome(provider, client)
    leave_room(provider, client, during, now=now, overrule=overrule)
    return write_session(provider, client, during, by=by, now=now, title=title, notify=notify, settles=settles)


@inside_action
def welcome(provider: User, client: Client) -> None:
    """Make sure that new sessions of the two may be made at all.

    Raises: ProviderAway, ClientArchived, NotInCare."""
    check_is_here(provider)
    if not client.is_active:
        raise ClientArchived()
    if not clients.queries.is_in_care(client, provider):
        raise NotInCare()


@inside_action
def check_is_here(provider: User) -> None:
    """Make sure that there is somebody for the session.  Raises: ProviderAway(name)."""
    if not provider.is_active:
        raise ProviderAway(name=str(provider))


@inside_action
def leave_room(
    provider: User,
    client: Client,
    during: Interval,
    *,
    now: dt.datetime,
    overrule: bool,
    moving: Session | None = None,
) -> None:
    """Make sure that the hour can be had; `moving` is the session that would go there and so makes room for itself.

    Raises: HourTaken(clash), ClientBusy, NeedsOverrule(obstacles) unless `overrule`."""
    if clash := clash_of(provider, client, during, now=now, ignoring=moving):
        raise taken(clash)
    if overrule:
        return
    if obstacles := slots.explain(provider, during, now=now, for_client=client, ignoring=moving):
        raise NeedsOverrule(obstacles=obstacles)


@inside_action
def write_session(
    provider: User,
    client: Client,
    during: Interval,
    *,
    by: User | None,
    now: dt.datetime,
    title: str = "",
    notify: bool = True,
    booked_from: SlotOffer | None = None,
    settles: ConflictCase | None = None,
) -> Session:
    """Make the session without judging the hour; the price is the coach's of today.  `settles` is the wish that the caller
    resolves with it.  Tells: the client."""
    session = new_session(provider, client, during, now=now, title=title)
    session.booked_from = booked_from
    session.save(force_insert=True)
    line.release_taken(provider, during, by=by, now=now, settled=[settles.pk] if settles else ())
    facts = facts_of(session)
    if booked_from:
        facts["offer"] = booked_from.pk
    records.record_audit("session_booked", f"session:{session.pk}", by=by, facts=facts, at=now)
    if notify:
        records.queue_message(
            "session_booked", records.to_client(client.pk), f"session:{session.pk}", version=session.version
        )
    return session


def new_session(provider: User, client: Client, during: Interval, *, now: dt.datetime, title: str = "") -> Session:
    """A session that is not in the database yet; the price is the coach's of today."""
    coach = getattr(provider, "coach", None)
    return Session(
        kind=SessionKind.BOOKED,
        status=SessionStatus.SCHEDULED,
        provider=provider,
        client=client,
        during=during.as_range(),
        title=title,
        price=coach.price if coach else None,
        created_at=now,
    )


def facts_of(session: Session) -> dict[str, Any]:
    """What is written down of a booking."""
    return {"client": str(session.client_id), "during": records.plain(session.interval)}
