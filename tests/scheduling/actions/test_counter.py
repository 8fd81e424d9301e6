from __future__ import annotations

import pytest

from clients.models import OutboxMessage
from scheduling.actions import book, counter, proposals
from scheduling.actions.cancel import cancel_session
from scheduling.actions.conflicts import withdraw_case
from scheduling.actions.freed import HELD_FOR
from scheduling.errors import (
    CaseClosed,
    ClientBusy,
    CounterCancelled,
    CounterPassed,
    CounterTaken,
    HourTaken,
    NeedsOverrule,
    NotMovable,
    ProposalClosed,
    SessionBegun,
    SwapIsYesOrNo,
)
from scheduling.models import CounterTime, Session
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from scheduling.wishes import Booking, Ending
from tests.factories import (
    NOW,
    create_care,
    create_case,
    create_client,
    create_proposal,
    create_session,
    create_swap,
    hour,
)
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
TEN, NOON, TWO = "2026-11-24 10:00", "2026-11-24 12:00", "2026-11-24 14:00"
EARLY = "2026-11-23 12:00"
FOUR, EVENING = "2026-11-25 16:00", "2026-11-25 20:00"


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


@pytest.fixture
def case(coach, session):
    return create_case(coach=coach, client=create_client(of=coach), blocking=session, title="First")


@pytest.fixture
def offered(case):
    return create_proposal(case=case, offers=[NOON])


@pytest.fixture
def asked(case, session):
    return create_proposal(case=case, session=session, offers=[NOON])


def decline(proposal, *times, now=NOW, **fields):
    proposals.decline_proposal(proposal.pk, "", by=None, now=now, times=[hour(each) for each in times], **fields)
    return list(CounterTime.objects.filter(proposal=proposal).order_by("place"))


def accept(time, coach, now=NOW, **fields):
    return counter.accept_counter(time.pk, by=coach.user, now=now, **fields)


def test_decline_keeps_the_times_in_their_order_and_once(offered):
    times = decline(offered, FOUR, NOON)
    assert [each.interval for each in times] == [hour(FOUR), hour(NOON)]
    assert decline(offered, FOUR, NOON) == times


def test_another_answer_after_it_is_refused(offered):
    decline(offered, FOUR)
    before = traces.everything()
    with pytest.raises(ProposalClosed):
        decline(offered, NOON)
    assert traces.everything() == before


def test_who_keeps_the_hour_writes_no_times(asked):
    assert decline(asked, FOUR, keeps=True) == []


def test_a_swap_has_no_times_of_ones_own(coach, session):
    other = create_session(coach=coach, client=create_client(of=coach), at=TWO)
    asked, _ = create_swap(session, other)
    before = traces.everything()
    with pytest.raises(SwapIsYesOrNo):
        decline(asked, FOUR)
    assert traces.everything() == before
    assert decline(asked) == []


def test_accepted_time_of_a_wisher_is_booked_and_the_wish_resolved(coach, case, offered):
    _, time = decline(offered, NOON, FOUR)
    made = accept(time, coach)
    case.refresh_from_db()
    assert (made.interval, made.client, made.title) == (hour(FOUR), case.client, "First")
    assert (case.status, case.session, case.resolution) == (CaseStatus.RESOLVED, made, Ending.COUNTERED)
    assert OutboxMessage.objects.filter(kind="session_booked", object=f"session:{made.pk}").count() == 1


def test_accepted_time_of_who_was_asked_moves_the_session_and_frees_the_hour_for_who_waits(coach, session, case, asked):
    (time,) = decline(asked, FOUR)
    moved = accept(time, coach)
    case.refresh_from_db()
    assert (moved.pk, moved.interval) == (session.pk, hour(FOUR))
    assert (case.status, case.held_until) == (CaseStatus.PENDING_RESOLUTION, NOW + HELD_FOR)


def test_a_time_within_the_clients_own_hour_is_no_clash(coach, session):
    plain = create_proposal(session=session, offers=[NOON])
    (time,) = decline(plain, "2026-11-24 10:30")
    assert accept(time, coach).interval == hour("2026-11-24 10:30")


def test_accepted_twice_has_one_effect(coach, offered):
    (time,) = decline(offered, FOUR)
    made = accept(time, coach)
    before = traces.everything()
    assert accept(time, coach) == made
    assert traces.everything() == before


@pytest.mark.parametrize("kind", ["offered", "asked"])
def test_accepted_again_when_its_session_was_cancelled_says_so(coach, kind, request):
    time, other = decline(request.getfixturevalue(kind), FOUR, NOON)
    made = accept(time, coach)
    cancel_session(made.pk, by=coach.user, now=NOW, version=made.version)
    before = traces.everything()
    for each in (time, other):
        with pytest.raises(CounterCancelled) as refused:
            accept(each, coach)
        assert refused.value.session == made
    assert traces.everything() == before


@pytest.mark.parametrize("kind", ["offered", "asked"])
def test_time_that_is_past_cannot_be_had_even_by_overruling(coach, session, kind, request):
    (time,) = decline(request.getfixturevalue(kind), EARLY)
    before = traces.everything()
    with pytest.raises(CounterPassed):
        accept(time, coach, now=hour(EARLY).starts_at, overrule=True)
    assert traces.everything() == before


def test_another_time_of_the_same_answer_is_not_accepted_too(coach, offered):
    first, second = decline(offered, NOON, FOUR)
    made = accept(first, coach)
    before = traces.everything()
    with pytest.raises(CounterTaken) as refused:
        accept(second, coach)
    assert refused.value.session == made
    assert traces.everything() == before


def test_taken_meanwhile_is_refused_and_the_others_stay(coach, offered):
    first, second = decline(offered, FOUR, NOON)
    book.book_session(Booking(client=create_client(of=coach), during=hour(FOUR)), by=coach.user, now=NOW)
    before = traces.everything()
    with pytest.raises(HourTaken):
        accept(first, coach)
    assert traces.everything() == before
    assert accept(second, coach).interval == hour(NOON)


def test_client_who_is_busy_elsewhere_is_not_booked(coach, other_coach, case, offered):
    (time,) = decline(offered, FOUR)
    create_care(client=case.client, provider=other_coach)
    create_session(coach=other_coach, client=case.client, at=FOUR)
    with pytest.raises(ClientBusy):
        accept(time, coach)


def test_outside_hours_wants_a_second_word(coach, offered):
    (time,) = decline(offered, EVENING)
    with pytest.raises(NeedsOverrule):
        accept(time, coach)
    assert accept(time, coach, overrule=True).interval == hour(EVENING)


@pytest.mark.parametrize("kind", ["offered", "asked"])
def test_wish_that_is_closed_meanwhile_is_not_taken_up(coach, case, kind, request):
    (time,) = decline(request.getfixturevalue(kind), FOUR)
    withdraw_case(case.pk, by=coach.user, now=NOW)
    before = traces.everything()
    with pytest.raises(CaseClosed):
        accept(time, coach)
    assert traces.everything() == before


def test_session_that_was_cancelled_or_has_begun_does_not_move(coach, session):
    (time,) = decline(create_proposal(session=session, offers=[NOON]), FOUR)
    with pytest.raises(SessionBegun):
        accept(time, coach, now=session.starts_at)
    session.status, session.cancelled_at = SessionStatus.CANCELLED, NOW
    session.save()
    with pytest.raises(NotMovable):
        accept(time, coach)


def test_later_offer_to_the_same_wisher_is_withdrawn(coach, case, offered):
    (time,) = decline(offered, FOUR)
    later = create_proposal(case=case, offers=[TWO])
    accept(time, coach)
    later.refresh_from_db()
    assert later.status == ProposalStatus.WITHDRAWN
    assert Session.objects.filter(client=case.client).count() == 1
