"""The times that a client would come instead: written with "none fits", taken by the coach with one press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import action, inside_action
from scheduling import rules
from scheduling.actions import book, endings, freed, locks
from scheduling.actions.move import tell_move, write_move
from scheduling.errors import CaseClosed, CounterCancelled, CounterPassed, CounterTaken, NotMovable, SwapIsYesOrNo
from scheduling.models import CounterTime
from scheduling.states import CaseStatus, SessionStatus
from scheduling.wishes import Ending

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import RescheduleProposal, Session


def times_of(proposal: RescheduleProposal) -> tuple[Interval, ...]:
    """What was written with the answer, in that order."""
    return tuple(each.interval for each in proposal.counter_times.order_by("place"))


@inside_action
def write_times(proposal: RescheduleProposal, times: tuple[Interval, ...], *, now: dt.datetime) -> None:
    """Keep these with a proposal that was declined just now; nothing is held for them.

    Raises: SwapIsYesOrNo for one of a swap, where nobody would read them."""
    if times and proposal.is_swap:
        raise SwapIsYesOrNo()
    CounterTime.objects.bulk_create(
        CounterTime(proposal=proposal, place=place, during=each.as_range(), created_at=now)
        for place, each in enumerate(times, 1)
    )


@action
def accept_counter(counter_id: int, *, by: User, now: dt.datetime, overrule: bool = False) -> Session:
    """Take one of a client's own times: the wisher's session is made, or the one who was asked moves there.

    Taken again, nothing more happens.  `overrule`: what only warns has been seen and does not matter.
    Locks: provider, clients, cases, session, proposals.  Tells: the client.
    Raises: CounterTaken(session) when another of that answer's times was taken, CounterCancelled(session) when what came
    of one is cancelled, CounterPassed, CaseClosed(case), HourTaken(clash), ClientBusy, NeedsOverrule(obstacles),
    NotMovable, SessionBegun, NotInCare, ClientArchived, ProviderAway."""
    seen = CounterTime.objects.get(pk=counter_id)
    provider, proposal = freed.lock_proposal_and_around(seen.proposal_id)
    time = locks.lock_counter(counter_id)
    if taken := proposal.counter_times.filter(accepted_at__isnull=False).first():
        session = _session_of(proposal)
        if session.status == SessionStatus.CANCELLED:
            raise CounterCancelled(session=session)
        if taken != time:
            raise CounterTaken(session=session)
        return session
    if time.interval.starts_at <= now:
        raise CounterPassed()
    take = _move_asked if proposal.asks else _book_wisher
    session = take(provider, proposal, time, by=by, now=now, overrule=overrule)
    time.accepted_at = now
    time.save(update_fields=["accepted_at"])
    facts = {"counter": time.pk, "session": session.pk, "during": records.plain(time.interval)}
    records.record_audit("counter_accepted", f"proposal:{proposal.pk}", by=by, facts=facts, at=now)
    return session


@inside_action
def _book_wisher(
    provider: User, proposal: RescheduleProposal, time: CounterTime, *, by: User, now: dt.datetime, overrule: bool
) -> Session:
    assert proposal.case_id is not None
    case = locks.lock_case(proposal.case_id)
    if case.status != CaseStatus.PENDING_RESOLUTION:
        raise CaseClosed(case=case)
    endings.expire_due(provider.pk, now=now)
    session = book.place_session(
        provider, case.client, time.interval, by=by, now=now, title=case.title, overrule=overrule, settles=case
    )
    endings.resolve_case(case, session, Ending.COUNTERED, by=by, now=now)
    return session


@inside_action
def _move_asked(
    provider: User, proposal: RescheduleProposal, time: CounterTime, *, by: User, now: dt.datetime, overrule: bool
) -> Session:
    assert proposal.session_id is not None
    session = locks.lock_session(proposal.session_id)
    if refusal := rules.why_not_ask(session, now=now):
        raise refusal
    # Who was asked for a wish that has found its end need not move any more.
    if proposal.case and proposal.case.status != CaseStatus.PENDING_RESOLUTION:
        raise CaseClosed(case=proposal.case)
    book.welcome(provider, session.client)
    if session.interval == time.interval:
        raise NotMovable()
    endings.expire_due(provider.pk, now=now)
    book.leave_room(provider, session.client, time.interval, now=now, overrule=overrule, moving=session)
    endings.withdraw_asked(session, by=by, now=now, tell=False)
    left = write_move(provider, session, time.interval, by=by, now=now)
    tell_move(session, left, by=by, now=now)
    freed.hour_freed(provider, left, now=now, by=by, left_by=session.client_id)
    return session


def _session_of(proposal: RescheduleProposal) -> Session:
    """The session that was moved, or the one that was made."""
    if proposal.session_id:
        return locks.peek_session(proposal.session_id)
    assert proposal.case is not None
    assert proposal.case.session_id is not None
    return locks.peek_session(proposal.case.session_id)
