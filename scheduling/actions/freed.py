"""An hour has become free: it goes to whoever has waited the longest, for it or for any that suits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clients.actions import records
from config.kernel.actions import inside_action
from scheduling.actions import book, endings, line, locks
from scheduling.queries.probes import self_booking_clients
from scheduling.wishes import Ending

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Collection, Sequence

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.models import ConflictCase, RescheduleProposal, Session


# So long an hour is held.
HELD_FOR = line.HELD_FOR


@dataclass(frozen=True)
class Given:
    """To whose wish an hour went; `is_new_hold` when it was put on hold just now, `said` is what the case said before."""

    case: ConflictCase
    is_new_hold: bool
    said: str


@inside_action
def lock_around(provider: User, during: Interval, *client_ids: uuid.UUID) -> dict[uuid.UUID, Client]:
    """Lock what giving that hour away may touch: these clients, those who would be booked at once, all who wait.

    To be called under the provider's lock, before sessions and proposals are locked."""
    waiting = self_booking_clients(provider.pk, during)
    people = locks.lock_clients(*client_ids, *waiting)
    locks.lock_waiting(provider, during)
    return people


@inside_action
def lock_session_and_waiting(session_id: int, *, and_around: Interval | None = None) -> tuple[User, Session]:
    """Lock a booked session whose hour may become free, after everything that goes before it.

    `and_around` is an hour that it may have again: who waits for that one is locked too."""
    provider = locks.lock_provider(locks.provider_of_session(session_id))
    # Only now it stands still: whoever moves it waits for the provider's lock.
    seen = locks.peek_session(session_id)
    lock_around(provider, seen.interval, seen.client_id)
    if and_around:
        locks.lock_waiting(provider, and_around)
    return provider, locks.lock_session(session_id)


@inside_action
def lock_proposal_and_around(proposal_id: int) -> tuple[User, RescheduleProposal]:
    """Lock a proposal after everything that goes before it: what an answer may touch depends on its kind.

    It comes with what was locked for it: its provider, and its session or its case, unless it is of a swap."""
    seen = locks.peek_proposal(proposal_id)
    if seen.twin_id:
        return lock_swap_and_around(seen)
    if seen.session_id:
        provider, session = lock_session_and_waiting(seen.session_id)
        proposal = locks.lock_proposal(proposal_id)
        proposal.session = session
    else:
        provider = locks.lock_provider(seen.provider_id)
        locks.lock_client(seen.recipient_id)
        assert seen.case_id is not None
        case = locks.lock_case(seen.case_id)
        proposal = locks.lock_proposal(proposal_id)
        proposal.case = case
    proposal.provider = provider
    return provider, proposal


@inside_action
def lock_swap_and_around(seen: RescheduleProposal) -> tuple[User, RescheduleProposal]:
    """Lock one question of a swap and its twin, after both sessions and everything that goes before them."""
    provider = locks.lock_provider(seen.provider_id)
    sessions = locks.sessions_of_swap(seen)
    lock_sessions_and_waiting(provider, sessions)
    both = locks.lock_swap(seen)
    return provider, both[seen.pk]


@inside_action
def lock_sessions_and_waiting(provider: User, session_ids: Collection[int]) -> list[Session]:
    """Lock several sessions of a locked provider whose hours may become free, after everything that goes before.

    Returns them by id."""
    seen = locks.peek_sessions(session_ids)
    waiting = {client for each in seen for client in self_booking_clients(provider.pk, each.interval)}
    locks.lock_clients(*{each.client_id for each in seen} | waiting)
    for each in seen:
        locks.lock_waiting(provider, each.interval)
    return [locks.lock_session(each.pk) for each in seen]


@inside_action
def hour_freed(
    provider: User,
    during: Interval,
    *,
    now: dt.datetime,
    by: User | None,
    passing_over: Collection[int] = (),
    left_by: uuid.UUID | None = None,
) -> list[Given]:
    """Hold an hour for the oldest pending case that can now have all it wants, or book it at once if so ticked; what is
    left of it goes to the next.

    A case of the waiting list gets the earliest time in it which suits; there is one line for all.

    Provider, clients and cases are locked by the caller (`lock_around`).  `passing_over` (cases by id) have just
    given the hour up, or had their turn; `left_by` is the client who had it and does not get it back.
    Tells: the coach; the client, if booked."""
    given: list[Given] = []
    had_turn = {*passing_over}
    while turn := line.next_turn(provider, during, now=now, passing_over=had_turn, left_by=left_by):
        given.append(_give(provider, turn, now=now, by=by))
        had_turn.add(turn.case.pk)
    return given


def new_holds(given: Sequence[Given]) -> list[dict[str, Any]]:
    """What undo must know of hours that were put on hold just now, as plain facts for `take_back`."""
    return [{"case": each.case.pk, "resolution": each.said} for each in given if each.is_new_hold]


@inside_action
def take_back(provider: User, during: Interval, held: Sequence[dict[str, Any]], *, by: User, now: dt.datetime) -> None:
    """Hold (some of) that hour no longer for those whom it was put on hold for (`new_holds`); they wait on.

    Who has let it go, and has another by now, keeps that.  Provider and cases are locked by the caller."""
    said = {each["case"]: each["resolution"] for each in held}
    for case in locks.lock_waiting(provider, during):
        if case.pk in said and case.held_until and case.interval.overlaps(during):
            case.resolution = said[case.pk]
            line.release(case, by=by, now=now)


@inside_action
def _give(provider: User, turn: line.Turn, *, now: dt.datetime, by: User | None) -> Given:
    case, said = turn.case, turn.case.resolution
    if case.book_when_freed and _book(provider, turn, now=now, by=by):
        return Given(case, is_new_hold=False, said=said)
    return Given(case, is_new_hold=line.hold(turn, now=now, by=by), said=said)


def _book(provider: User, turn: line.Turn, *, now: dt.datetime, by: User | None) -> bool:
    case = turn.case
    if turn.obstacles:
        # Nobody is here to overrule: the coach reads why it did not book itself, and has the hour held.
        case.resolution = turn.obstacles[0].code
        return False
    by = records.actor_about(case.client, by, provider_id=provider.pk)
    session = book.write_session(provider, case.client, turn.hour, by=by, now=now, title=case.title, settles=case)
    endings.resolve_case(case, session, Ending.FREED, by=by, now=now)
    records.queue_message("case_booked", records.to_user(provider.pk), f"case:{case.pk}")
    return True
