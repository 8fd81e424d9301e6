"""What a coach does about an hour that is taken: both ways out, and what may follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel.actions import action

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import ConflictCase, RescheduleProposal, Session
    from scheduling.wishes import AskToMove, OfferTimes


@action
def offer_times(wish: OfferTimes, *, by: User, now: dt.datetime) -> RescheduleProposal:
    """Option 1: open the case and put other times to the client who wants in; no session changes.

    A pending case of that client for the same hour is taken up again, what was open on it withdrawn.
    Locks: provider, client, case, proposals.  Tells: the client.
    Raises: HourFreeNow, OffersMissing, OfferNotFree(offer, obstacles), DeadlinePassed, DeadlineTooLate(latest),
    ClientArchived, NotInCare, AlreadySent."""
    raise NotImplementedError


@action
def ask_to_move(wish: AskToMove, *, by: User, now: dt.datetime) -> ConflictCase:
    """Option 2: open the case and put other times to the client of the session in the way, which stays.

    If that session is asked already, the case waits in line and nobody is asked twice
    (`case.proposals` is then empty).
    Locks: provider, clients, case, session, proposals.  Tells: the client who is asked.
    Raises: HourFreeNow, HourTaken(clash) when another session is in the way now, CannotAsk(clash),
    ChangedMeanwhile(session), OffersMissing, OfferNotFree(offer, obstacles), DeadlinePassed,
    DeadlineTooLate(latest), ClientArchived, NotInCare, AlreadySent."""
    raise NotImplementedError


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
    DeadlineTooLate(latest), ClientArchived, NotInCare, AlreadySent."""
    raise NotImplementedError


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

    Locks: provider, clients, case, session, proposals.  Tells: the client who is asked.
    Raises: CaseClosed(case), HourFreeNow, CannotAsk(clash), AlreadyAsked when another case asks for that
    session, OffersMissing, OfferNotFree(offer, obstacles), DeadlinePassed, DeadlineTooLate(latest), AlreadySent."""
    raise NotImplementedError


@action
def book_freed(case_id: int, *, by: User, now: dt.datetime, overrule: bool = False) -> Session:
    """Book the hour of a pending case for its wisher; sent again, the same session.

    Locks: provider, client, case, proposals.  Tells: the client.
    Raises: CaseClosed(case), HourTaken(clash), ClientBusy, NeedsOverrule(obstacles), ClientArchived, NotInCare."""
    raise NotImplementedError


@action
def withdraw_case(case_id: int, *, by: User, now: dt.datetime) -> ConflictCase:
    """End a wish: open proposals are withdrawn, an hour held for it goes to the next in line.

    Locks: provider, clients, cases, proposals.  Tells: whoever had times to choose from.
    Raises: CaseClosed(case) when it was resolved."""
    raise NotImplementedError


@action
def let_go(case_id: int, *, by: User, now: dt.datetime) -> ConflictCase:
    """Hold the hour for this case no longer; the case stays pending, the hour goes to the next in line.

    Locks: provider, clients, cases.  Raises: CaseClosed(case)."""
    raise NotImplementedError
