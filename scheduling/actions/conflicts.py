"""What a coach does about an hour that is taken: both ways out, and what may follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records, submitted
from config.kernel.actions import action, inside_action
from scheduling.actions import around, book, endings, freed, line, locks, propose
from scheduling.errors import (
    AlreadyAsked,
    CannotWait,
    CaseClosed,
    NoHourHeld,
    TakenBackSince,
)
from scheduling.models import ConflictCase
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from scheduling.wishes import Ending, fingerprint_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import RescheduleProposal, Session
    from scheduling.wishes import AskToMove, Booking, OfferTimes


@action
def offer_times(wish: OfferTimes, *, by: User, now: dt.datetime) -> RescheduleProposal:
    """Option 1: open the case and put other times to the client who wants in; no session changes.

    A pending case of that client for the same hour is taken up again, what was open on it withdrawn.
    Locks: provider, client, case, proposals.  Tells: the client.
    Raises: HourFreeNow, OffersMissing, OfferNotFree(offer, obstacles), DeadlinePassed, DeadlineTooLate(latest),
    ClientArchived, NotInCare, AlreadySent, TakenBackSince."""
    provider = locks.lock_provider(by.pk)
    client = locks.lock_client(wish.booking.client.pk)
    if first := propose.sent_before(by, wish.form_key, wish.fingerprint):
        return first
    case = locks.lock_wish(provider, client, wish.booking.during, clash=True)
    endings.expire_due(provider.pk, now=now)
    book.welcome(provider, client)
    clash = around.clash_around(provider, client, wish.booking.during, now)
    case = _open_case(case, provider, wish.booking, around.first_in_the_way(clash, provider), by=by, now=now)
    times = propose.Times(offers=wish.offers, expires_at=wish.expires_at, note=wish.note)
    proposal = propose.offer_to_wisher(provider, case, times, by=by, now=now)
    submitted.remember(by, wish.form_key, wish.fingerprint, {"proposal": proposal.pk})
    return proposal


@action
def ask_to_move(wish: AskToMove, *, by: User, now: dt.datetime) -> ConflictCase:
    """Option 2: open the case and put other times to the client of the session in the way, which stays.

    If that session is asked already, the case waits in line and nobody is asked twice
    (`case.proposals` is then empty).
    Locks: provider, client, case, session, proposals.  Tells: the client who is asked.
    Raises: HourFreeNow, HourTaken(clash) when another session is in the way now, CannotAsk(clash),
    ChangedMeanwhile(session), OffersMissing, OfferNotFree(offer, obstacles), DeadlinePassed,
    DeadlineTooLate(latest), ClientArchived and NotInCare for the wisher as for who is asked, AlreadySent,
    TakenBackSince."""
    provider = locks.lock_provider(by.pk)
    client = locks.lock_client(wish.booking.client.pk)
    if first := submitted.first_answer(by, wish.form_key, wish.fingerprint):
        return _still_asked(locks.lock_case(first["case"]))
    case = locks.lock_wish(provider, client, wish.booking.during, clash=True)
    book.welcome(provider, client)
    clash = around.clash_around(provider, client, wish.booking.during, now)
    session = around.seen_in_the_way(provider, clash, wish)
    endings.expire_due(provider.pk, now=now)
    case = _open_case(case, provider, wish.booking, session, by=by, now=now, book_when_freed=wish.book_when_freed)
    if not locks.lock_open_proposals("session", session):
        times = propose.Times(offers=wish.offers, expires_at=wish.expires_at, note=wish.note)
        propose.ask_for_move(provider, case, session, times, by=by, now=now)
    submitted.remember(by, wish.form_key, wish.fingerprint, {"case": case.pk})
    return case


@action
def offer_again(
    case_id: int,
    offers: Sequence[Interval],
    expires_at: dt.datetime,
    note: str,
    *,
    by: User,
    now: dt.datetime,
    form_key: str = "",
) -> RescheduleProposal:
    """Put other times to the wisher of a pending case of any kind; what was open on it is withdrawn.

    Locks: provider, client, case, proposals.  Tells: the wisher, and whoever need not move any more.
    Raises: CaseClosed(case), OffersMissing, OfferNotFree(offer, obstacles), DeadlinePassed,
    DeadlineTooLate(latest), ClientArchived, NotInCare, AlreadySent, TakenBackSince."""
    provider, case = _lock_case(case_id)
    fingerprint = fingerprint_of("offer_again", case_id, *offers, expires_at, note)
    if case.status == CaseStatus.WITHDRAWN:
        raise CaseClosed(case=case)
    if first := propose.sent_before(by, form_key, fingerprint):
        return first
    _must_be_pending(case)
    book.welcome(provider, case.client)
    endings.expire_due(provider.pk, now=now)
    endings.withdraw_open(case, by=by, now=now, tell_wisher=False)
    times = propose.Times(offers=tuple(offers), expires_at=expires_at, note=note)
    proposal = propose.offer_to_wisher(provider, case, times, by=by, now=now)
    submitted.remember(by, form_key, fingerprint, {"proposal": proposal.pk})
    return proposal


@action
def ask_again(
    case_id: int,
    offers: Sequence[Interval],
    expires_at: dt.datetime,
    note: str,
    *,
    by: User,
    now: dt.datetime,
    form_key: str = "",
) -> RescheduleProposal:
    """Put other times to whoever has the hour of a pending case now; what was open on it is withdrawn.

    Locks: provider, client, case, session, proposals.  Tells: the client who is asked, and a wisher who had times.
    Raises: CaseClosed(case), HourFreeNow, CannotAsk(clash), AlreadyAsked when another case asks for that
    session, OffersMissing, OfferNotFree(offer, obstacles), DeadlinePassed, DeadlineTooLate(latest), ClientArchived and
    NotInCare for the wisher as for who is asked, AlreadySent, TakenBackSince, CannotWait for a place on the waiting
    list, which is in nobody's way."""
    provider, case = _lock_case(case_id)
    fingerprint = fingerprint_of("ask_again", case_id, *offers, expires_at, note)
    if case.status == CaseStatus.WITHDRAWN:
        raise CaseClosed(case=case)
    if first := propose.sent_before(by, form_key, fingerprint):
        return first
    _must_be_pending(case)
    if case.is_waiting:
        raise CannotWait()
    book.welcome(provider, case.client)
    session = around.who_could_move(provider, around.clash_around(provider, case.client, case.interval, now))
    endings.expire_due(provider.pk, now=now)
    endings.withdraw_open(case, by=by, now=now)
    if locks.lock_open_proposals("session", session):
        raise AlreadyAsked()
    case.blocking_session = session
    case.save(update_fields=["blocking_session"])
    times = propose.Times(offers=tuple(offers), expires_at=expires_at, note=note)
    proposal = propose.ask_for_move(provider, case, session, times, by=by, now=now)
    submitted.remember(by, form_key, fingerprint, {"proposal": proposal.pk})
    return proposal


@action
def book_freed(case_id: int, *, by: User, now: dt.datetime, overrule: bool = False) -> Session:
    """Book the hour of a pending case for its wisher; sent again, the same session while it stands.

    Locks: provider, client, case, proposals.  Tells: the client.
    Raises: CaseClosed(case), NoHourHeld on the waiting list, HourTaken(clash), ClientBusy, NeedsOverrule(obstacles), ClientArchived, NotInCare."""
    provider, case = _lock_case(case_id)
    made = case.session
    if made and made.during == case.wanted and made.status != SessionStatus.CANCELLED:
        return made
    _must_be_pending(case)
    endings.expire_due(provider.pk, now=now)
    case = locks.lock_case(case_id)
    if case.hour is None:
        raise NoHourHeld()
    session = book.place_session(
        provider, case.client, case.interval, by=by, now=now, title=case.title, overrule=overrule, settles=case
    )
    endings.resolve_case(case, session, Ending.FREED, by=by, now=now)
    return session


@action
def withdraw_case(case_id: int, *, by: User, now: dt.datetime) -> ConflictCase:
    """End a wish: open proposals are withdrawn, an hour held for it goes to the next in line.

    Locks: provider, clients, cases, proposals.  Tells: whoever had times to choose from.
    Raises: CaseClosed(case) when it was resolved."""
    provider, case = _lock_case(case_id, with_waiting=True)
    if case.status == CaseStatus.WITHDRAWN:
        return case
    _must_be_pending(case)
    endings.expire_due(provider.pk, now=now)
    case = locks.lock_case(case_id)
    held = case.hour if case.held_until else None
    endings.drop_case(case, Ending.WITHDRAWN, by=by, now=now)
    if held:
        freed.hour_freed(provider, held, now=now, by=by)
    return case


@action
def let_go(case_id: int, *, by: User, now: dt.datetime) -> ConflictCase:
    """Hold the hour for this case no longer; the case stays pending, the hour goes to the next in line.

    Who is on the waiting list waits for the next that suits.

    Locks: provider, clients, cases.  Raises: CaseClosed(case)."""
    provider, case = _lock_case(case_id, with_waiting=True)
    _must_be_pending(case)
    if case.held_until is None:
        return case
    hour = case.interval
    line.release(case, by=by, now=now)
    freed.hour_freed(provider, hour, now=now, by=by, passing_over=[case.pk], left_by=case.client_id)
    return case


def _lock_case(case_id: int, *, with_waiting: bool = False) -> tuple[User, ConflictCase]:
    seen = locks.peek_case(case_id)
    provider = locks.lock_provider(seen.provider_id)
    # Looked at again under the provider's lock: an hour may have been found for it meanwhile.
    hour = locks.peek_case(case_id).hour if with_waiting else None
    if hour:
        freed.lock_around(provider, hour, seen.client_id)
    else:
        locks.lock_client(seen.client_id)
    return provider, locks.lock_case(case_id)


def _still_asked(case: ConflictCase) -> ConflictCase:
    """The case of a form that was sent before, unless all that it had put to anybody was taken back since."""
    last = case.proposals.order_by("pk").last()
    if case.status == CaseStatus.WITHDRAWN or (last and last.status == ProposalStatus.WITHDRAWN):
        raise TakenBackSince()
    return case


def _must_be_pending(case: ConflictCase) -> None:
    if case.status != CaseStatus.PENDING_RESOLUTION:
        raise CaseClosed(case=case)


@inside_action
def _open_case(
    case: ConflictCase | None,
    provider: User,
    booking: Booking,
    blocking: Session,
    *,
    by: User,
    now: dt.datetime,
    book_when_freed: bool | None = None,
) -> ConflictCase:
    """The wish as a pending case: a new one, or the one that waits already with what was open on it withdrawn.

    Without a word on `book_when_freed` that stays as it was."""
    if case is None:
        case = ConflictCase(provider=provider, client=booking.client, wanted=booking.during.as_range(), created_at=now)
    else:
        endings.withdraw_open(case, by=by, now=now)
    is_new = case.pk is None
    case.blocking_session, case.title = blocking, booking.title
    if book_when_freed is not None:
        case.book_when_freed = book_when_freed
    # A hold of it that has run out was ended since it was locked, and is not to come back.
    case.save(update_fields=None if is_new else ["blocking_session", "title", "book_when_freed"])
    verb = "case_opened" if is_new else "case_taken_up"
    facts = {"client": str(case.client_id), "wanted": records.plain(booking.during), "session": blocking.pk}
    records.record_audit(verb, f"case:{case.pk}", by=by, facts=facts, at=now)
    return case
