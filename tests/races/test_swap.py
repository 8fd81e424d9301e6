from __future__ import annotations

import pytest

from scheduling.models import RescheduleProposal, Session
from scheduling.states import ProposalStatus
from tests.factories import create_client, create_coach, create_session, create_swap, hour
from tests.races import truth
from tests.races.people import all_at_once, by_status, days
from tests.races.test_answers import answer, offers_of, opened
from tests.races.test_cases import post, tab, wish
from tests.races.truth import FEWER_ROUNDS

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EACH, TABS = 8, 6


@pytest.fixture
def coach(transactional_db):
    return create_coach()


def two(coach, day):
    """A short session at ten, and one of 80 minutes at two, which would reach into the hour after ten."""
    return [
        create_session(coach=coach, client=create_client(of=coach), at=f"{day} {at}", minutes=minutes)
        for at, minutes in (("10:00", 50), ("14:00", 80))
    ]


def swap_against_book(site, coach, day, *, each=EACH):
    """The coach's windows: some swap the two, some book the hour after ten, which the longer one would need."""
    first, second = two(coach, day)
    both = {"with": second.pk, "version": 1, "other_version": 1, "how": "now", "overrule": "on"}
    swaps = [post(tab(site, coach), "session_swap", first.pk, **both) for _ in range(each)]
    clients = [create_client(of=coach) for _ in range(each)]
    booked = [post(tab(site, coach), "session_book", **wish(client, day, "11:00", overrule="1")) for client in clients]
    return first, second, all_at_once([*swaps, *booked])


def there(day):
    """How many sessions stand in the hour after ten."""
    return Session.objects.filter(during__overlap=hour(f"{day} 11:00").as_range()).count()


def test_a_swap_and_a_booking_of_the_hour_it_needs_have_one_winner(guarded, coach):
    deadlocks = truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        first, second, answers = swap_against_book(guarded, coach, day)
        swaps, booked = answers[:EACH], answers[EACH:]
        moved = Session.objects.get(pk=first.pk).interval == hour(f"{day} 14:00")
        assert moved == (Session.objects.get(pk=second.pk).interval == hour(f"{day} 10:00", minutes=80))
        # A swap that was made already is the same swap when it comes again.
        assert by_status(swaps) == ({204: EACH} if moved else {409: EACH})
        assert by_status(booked) == ({409: EACH} if moved else {204: 1, 409: EACH - 1})
        assert there(day) == 1
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_both_have_it(unguarded, no_protection, coach):
    for day in days(3):
        _first, _second, (swap, book) = swap_against_book(unguarded, coach, day, each=1)
        if (swap.status, book.status, there(day)) == (204, 204, 2):
            return
    pytest.fail("one of the two always had the hour alone")


def yes_of_both(site, coach, day, tabs=TABS):
    """Both clients say yes at the same moment, each in so many windows."""
    asked = create_swap(
        *(create_session(coach=coach, client=create_client(of=coach), at=f"{day} {at}:00") for at in (10, 14))
    )
    windows = [answer(site, opened(site, each), offers_of(each)[0]) for each in asked for _ in range(tabs)]
    return asked, all_at_once(windows)


def test_two_who_say_yes_at_once_swap_once(guarded, coach):
    deadlocks = truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        asked, answers = yes_of_both(guarded, coach, day)
        assert by_status(answers) == {200: 2 * TABS}
        for proposal, at in zip(asked, (14, 10), strict=True):
            session = Session.objects.get(pk=proposal.session_id)
            assert (session.interval, session.version) == (hour(f"{day} {at}:00"), 2)
        ends = RescheduleProposal.objects.filter(pk__in=[each.pk for each in asked]).values_list("status", flat=True)
        assert set(ends) == {ProposalStatus.ANSWERED}
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_neither_sees_the_yes_of_the_other(unguarded, coach):
    for day in days(3):
        asked, _ = yes_of_both(unguarded, coach, day, tabs=1)
        now = [RescheduleProposal.objects.get(pk=each.pk) for each in asked]
        if all(each.agreed_at and each.status == ProposalStatus.OPEN for each in now):
            return
    pytest.fail("the second yes always saw the first")


def test_a_yes_and_the_coach_who_moves_the_other_leave_no_half_a_swap(guarded, coach):
    deadlocks = truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        first, second = (
            create_session(coach=coach, client=create_client(of=coach), at=f"{day} {at}:00") for at in (10, 14)
        )
        agreed, last = create_swap(first, second)
        answer(guarded, opened(guarded, agreed), *offers_of(agreed))(None)
        moved = {"day": day, "at": "12:00", "minutes": 50, "version": 1, "overrule": "1"}
        move = post(tab(guarded, coach), "session_move", second.pk, **moved)
        answers = all_at_once([answer(guarded, opened(guarded, last), *offers_of(last)), move])
        swapped = Session.objects.get(pk=first.pk).interval == hour(f"{day} 14:00")
        assert [each.status for each in answers] == ([200, 409] if swapped else [409, 204])
        assert Session.objects.get(pk=second.pk).interval == hour(f"{day} {'10' if swapped else '12'}:00")
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks
