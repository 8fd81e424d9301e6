"""Two sessions swap their times in one transaction: by the coach, or when both clients have said yes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from clients.actions import records, submitted
from config.kernel.actions import action, inside_action
from config.kernel.errors import Refusal
from scheduling import rules
from scheduling.actions import book, endings, freed, line, locks, propose
from scheduling.actions.move import put_at, tell_move
from scheduling.errors import AlreadyAsked, ChangedMeanwhile, NeedsOverrule, NotBothAgreed
from scheduling.queries.changes import change_to
from scheduling.queries.swaps import what_speaks_against
from scheduling.states import ProposalStatus
from scheduling.wishes import fingerprint_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import RescheduleProposal, Session

# Between the two writes both sessions stand at one hour; the rules are asked again before anything else happens.
_RULES = "session_provider_no_overlap, session_client_no_overlap"


@dataclass(frozen=True)
class Side:
    """One of the two: the session, and the hour that it would have."""

    session: Session
    hour: Interval


@dataclass(frozen=True, kw_only=True)
class Swap:
    """What the coach saw: two sessions by id, each with the version shown.  `overrule`: what only warns has been seen."""

    first: int
    second: int
    versions: tuple[int, int]
    overrule: bool = False


@action
def swap_sessions(swap: Swap, *, by: User, now: dt.datetime) -> tuple[Session, Session]:
    """Let two sessions of one provider swap their times; each keeps its length.  What was asked of either is withdrawn.

    Sent again, nothing more happens.
    Locks: provider, clients, cases, sessions, proposals.  Tells: both clients, at once.
    Raises: SameClient, NotMovable, SessionBegun, ChangedMeanwhile(session), InOneAnothersWay, HourTaken(clash),
    ClientBusy, NeedsOverrule(obstacles)."""
    provider, first, second = _lock_both(swap)
    if _was_sent(swap, first, second):
        return first, second
    endings.expire_due(provider.pk, now=now)
    sides = _judged(provider, first, second, now=now, overrule=swap.overrule)
    for proposal in locks.lock_open_proposals("session", first):
        is_theirs = proposal.is_swap and second.pk in locks.sessions_of_swap(proposal)
        endings.withdraw(proposal, by=by, now=now, tell=False, tell_twin=not is_theirs)
    endings.withdraw_asked(second, by=by, now=now, tell=False)
    _exchange(provider, sides, by=by, now=now)
    return first, second


@action
def propose_swap(
    swap: Swap, expires_at: dt.datetime, note: str, *, by: User, now: dt.datetime, form_key: str = ""
) -> RescheduleProposal:
    """Ask both clients whether they would swap; neither is told who the other is, and both stay until both say yes.

    Returns the question to the first.  The same form sent again returns it too.
    Locks: provider, clients, cases, sessions, proposals.  Tells: both clients.
    Raises: what `swap_sessions` raises, AlreadyAsked, DeadlinePassed, DeadlineTooLate(latest), AnswerAfterStart(latest),
    ClientArchived, NotInCare, ProviderAway, AlreadySent, TakenBackSince."""
    provider, first, second = _lock_both(swap)
    fingerprint = fingerprint_of("swap", swap.first, swap.second, swap.versions, expires_at, note)
    if sent := propose.sent_before(by, form_key, fingerprint):
        return sent
    for session, version in zip((first, second), swap.versions, strict=True):
        if session.version != version:
            raise ChangedMeanwhile(session=session)
    _welcome(provider, first, second)
    endings.expire_due(provider.pk, now=now)
    if locks.lock_open_proposals("session", first) or locks.lock_open_proposals("session", second):
        raise AlreadyAsked()
    sides = _judged(provider, first, second, now=now, overrule=swap.overrule)
    times = propose.Times(offers=(), expires_at=expires_at, note=note)
    asked = propose.ask_to_swap(provider, [(side.session, side.hour) for side in sides], times, by=by, now=now)
    submitted.remember(by, form_key, fingerprint, {"proposal": asked[0].pk})
    return asked[0]


@action
def accept_swap(proposal_id: int, *, by: User, now: dt.datetime, overrule: bool = False) -> Session:
    """Carry out a swap to which both have said yes, and which did not happen by itself; again, nothing more happens.

    Locks: provider, clients, cases, sessions, proposals.  Tells: both clients.
    Raises: ProposalClosed(proposal, became), NotBothAgreed, ClientArchived, NotInCare, ProviderAway, and what
    `swap_sessions` raises of the hours."""
    provider, proposal = freed.lock_proposal_and_around(proposal_id)
    assert proposal.session_id is not None
    if proposal.status == ProposalStatus.ANSWERED:
        return locks.peek_session(proposal.session_id)
    endings.must_be_open(proposal, now)
    both = _both(proposal)
    if not all(each.agreed_at for each in both):
        raise NotBothAgreed()
    _settle(provider, both, by=by, now=now, overrule=overrule)
    return locks.peek_session(proposal.session_id)


@inside_action
def agree(provider: User, proposal: RescheduleProposal, *, by: User | None, now: dt.datetime) -> Session:
    """Write down the yes of one; with that of the other the swap happens, unless something is in the way by now.

    Then both stay, and the coach reads why.  Everything is locked by the caller.  Tells: the coach; both, if they swap."""
    proposal.agreed_at = now
    proposal.save(update_fields=["agreed_at"])
    via = {} if by else {"via": "link"}
    records.record_audit("swap_agreed", f"proposal:{proposal.pk}", by=by, facts=via, at=now)
    records.queue_message("swap_agreed", records.to_user(provider.pk), f"proposal:{proposal.pk}")
    both = _both(proposal)
    assert proposal.session_id is not None
    if all(each.agreed_at for each in both):
        # Nothing is written before it is refused.
        with suppress(Refusal):
            _settle(provider, both, by=by, now=now)
    return locks.peek_session(proposal.session_id)


def _lock_both(swap: Swap) -> tuple[User, Session, Session]:
    seen = locks.peek_session(swap.first)
    assert seen.provider_id is not None
    provider = locks.lock_provider(seen.provider_id)
    locked = {each.pk: each for each in freed.lock_sessions_and_waiting(provider, {swap.first, swap.second})}
    return provider, locked[swap.first], locked[swap.second]


def _was_sent(swap: Swap, first: Session, second: Session) -> bool:
    """Whether this very swap was made before.  Raises: ChangedMeanwhile(session) when anything else was."""
    if (first.version, second.version) == swap.versions:
        return False
    for session, other, version in zip((first, second), (second, first), swap.versions, strict=True):
        last = change_to(session.pk, session.version) if session.version == version + 1 else None
        if last is None or last.swapped_with != other.pk:
            raise ChangedMeanwhile(session=session)
    return True


def _welcome(provider: User, *sessions: Session) -> None:
    for session in sessions:
        book.welcome(provider, session.client)


def _judged(
    provider: User, first: Session, second: Session, *, now: dt.datetime, overrule: bool, only_taking: bool = False
) -> tuple[Side, Side]:
    obstacles = what_speaks_against(provider, first, second, now=now)
    if only_taking:
        obstacles = rules.taking(obstacles)
    if obstacles and not overrule:
        raise NeedsOverrule(obstacles=obstacles)
    hours = rules.swapped(first.interval, second.interval)
    return Side(first, hours[0]), Side(second, hours[1])


@inside_action
def _both(proposal: RescheduleProposal) -> list[RescheduleProposal]:
    """This question and its twin, locked, by id."""
    return list(locks.lock_swap(proposal).values())


@inside_action
def _settle(
    provider: User, both: Sequence[RescheduleProposal], *, by: User | None, now: dt.datetime, overrule: bool = False
) -> None:
    """Write the answers of two who agreed, and what they come to; nothing when it is refused.

    Opening hours and pauses were looked at when the coach asked; what somebody else was promised since then, or a time
    off, is the coach's to overrule."""
    first, second = (locks.lock_session(each.session_id) for each in both if each.session_id)
    _welcome(provider, first, second)
    sides = _judged(provider, first, second, now=now, overrule=overrule, only_taking=True)
    for proposal, side in zip(both, sides, strict=True):
        proposal.status, proposal.chosen, proposal.answered_at = ProposalStatus.ANSWERED, proposal.offers.get(), now
        proposal.save(update_fields=["status", "chosen", "answered_at"])
        facts = {"session": side.session.pk, "during": records.plain(side.hour)}
        actor = records.actor_about(side.session.client, by, provider_id=provider.pk)
        records.record_audit("swap_settled", f"proposal:{proposal.pk}", by=actor, facts=facts, at=now)
    _exchange(provider, sides, by=by, now=now)


@inside_action
def _exchange(provider: User, sides: tuple[Side, Side], *, by: User | None, now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {_RULES} DEFERRED")
        left = [put_at(side.session, side.hour) for side in sides]
        cursor.execute(f"SET CONSTRAINTS {_RULES} IMMEDIATE")
    for side, other, was in zip(sides, reversed(sides), left, strict=True):
        line.release_taken(provider, side.hour, by=by, now=now)
        actor = records.actor_about(side.session.client, by, provider_id=provider.pk)
        tell_move(side.session, was, by=actor, now=now, facts={"swapped_with": other.session.pk})
    for side, was in zip(sides, left, strict=True):
        freed.hour_freed(provider, was, now=now, by=by, left_by=side.session.client_id)
