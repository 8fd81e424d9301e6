from __future__ import annotations

import pytest
from django.urls import reverse

from scheduling.models import CounterTime, Session
from scheduling.states import CaseStatus
from tests.factories import create_case, create_client, create_coach, create_counter, create_proposal, create_session
from tests.races import truth
from tests.races.people import Person, all_at_once, by_status, days
from tests.races.truth import FEWER_ROUNDS

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TIMES = ("10:00", "11:00", "12:00")
TABS = 12


def declined(coach, day):
    """A wish whose client wrote three times instead of the one on offer."""
    blocking = create_session(coach=coach, client=create_client(of=coach), at=f"{day} 15:00")
    case = create_case(coach=coach, client=create_client(of=coach), blocking=blocking)
    proposal = create_proposal(case=case, offers=[f"{day} 16:00"])
    for place, at in enumerate(TIMES, 1):
        create_counter(proposal=proposal, at=f"{day} {at}", place=place)
    return case, list(proposal.counter_times.order_by("place"))


def accept_all(site, coach, times):
    """Twelve tabs of the coach over the client's three times."""
    tabs = [Person(site.port, coach.user) for _ in range(TABS)]

    def deed(who, time):
        return lambda ready: who.post(reverse("scheduling:counter_accept", args=[time.pk]), ready=ready)

    return all_at_once([deed(who, times[number % len(times)]) for number, who in enumerate(tabs)])


def test_one_of_three_times_is_taken_whatever_many_tabs_press(guarded, transactional_db):
    coach, deadlocks = create_coach(), truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        case, times = declined(coach, day)
        answers = accept_all(guarded, coach, times)
        assert by_status(answers) == {204: TABS // 3, 409: TABS - TABS // 3}
        case.refresh_from_db()
        taken = CounterTime.objects.get(proposal__case=case, accepted_at__isnull=False)
        assert (case.status, case.session.during) == (CaseStatus.RESOLVED, taken.during)
        assert Session.objects.filter(client=case.client).count() == 1
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_several_are_booked(unguarded, no_protection):
    coach = create_coach()
    case, times = declined(coach, *days(1))
    accept_all(unguarded, coach, times)
    assert Session.objects.filter(client=case.client).count() > 1
