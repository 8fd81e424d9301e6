from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kernel.time import Interval
from scheduling import slots
from scheduling.models import Session
from scheduling.queries import entries
from scheduling.queries.conflicts import closed_cases, pending_case, pending_cases
from scheduling.queries.my import my_page
from scheduling.queries.stands import Stand
from scheduling.slots.many import Asked, free_for_each
from scheduling.states import CaseStatus, ProposalStatus
from tests.factories import (
    NOW,
    create_client,
    create_proposal,
    create_session,
    create_user,
    create_wait,
    hour,
    moment,
)

pytestmark = pytest.mark.django_db

TUESDAY = 1
EVENING = {"weekdays": [TUESDAY], "starts": "17:00", "ends": "20:00"}


@pytest.fixture(autouse=True)
def _clock(clock):
    """The year that the words leave out is that of NOW."""


@pytest.fixture
def nikos(coach):
    return create_client(of=coach, full_name="Nikos Georgiou")


def read(coach, case, now=NOW):
    return pending_case(coach.user, case.pk, now=now)


def test_who_waits_for_what_is_never_free_needs_nobody(coach, nikos):
    wish = read(coach, create_wait(coach=coach, client=nikos, **EVENING))
    assert (wish.stand, wish.needs_coach, wish.wanted, wish.times) == (Stand.WAITING, False, None, ())
    assert wish.suits == "any Tuesday 17:00–20:00, until Friday 18 December"


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({}, "any day"),
        ({"starts": "17:00"}, "any day from 17:00"),
        ({"weekdays": [3, 1]}, "any Tuesday or Thursday"),
        ({"weekdays": [0, 1, 3], "ends": "09:00"}, "any Monday, Tuesday or Thursday before 09:00"),
    ],
)
def test_what_suits_in_words(window, words, coach, nikos):
    assert read(coach, create_wait(coach=coach, client=nikos, **window)).suits.startswith(f"{words}, until")


def test_who_need_not_wait_is_the_coachs_turn(coach, nikos):
    wish = read(coach, create_wait(coach=coach, client=nikos, weekdays=[TUESDAY], starts="16:00", ends="17:00"))
    assert (wish.stand, wish.needs_coach) == (Stand.FITS, True)
    assert wish.times == tuple(hour(f"2026-{day} 16:00") for day in ("11-24", "12-01", "12-08", "12-15"))


def test_a_held_hour_is_free_to_book_until_it_is_held_no_more(coach, nikos):
    case = create_wait(coach=coach, client=nikos, at="2026-11-24 10:00", **EVENING)
    wish = read(coach, case)
    assert (wish.stand, wish.wanted) == (Stand.FREE, hour("2026-11-24 10:00"))
    later = read(coach, case, now=NOW + dt.timedelta(days=2))
    assert (later.stand, later.wanted, later.held_until) == (Stand.WAITING, None, None)


def test_a_place_whose_last_day_is_over(coach, nikos):
    case = create_wait(coach=coach, client=nikos, last="2026-11-30", **EVENING)
    assert read(coach, case, now=moment("2026-11-30 23:00")).stand == Stand.WAITING
    over = read(coach, case, now=moment("2026-12-01 00:00"))
    assert (over.stand, over.needs_coach) == (Stand.OVER, True)


def test_what_was_offered_and_written_back_is_shown_first(coach, nikos):
    case = create_wait(coach=coach, client=nikos)
    proposal = create_proposal(case=case, offers=["2026-11-26 10:00"])
    assert read(coach, case).stand == Stand.OFFERED
    proposal.status, proposal.answered_at = ProposalStatus.DECLINED, NOW
    proposal.save()
    assert read(coach, case).stand == Stand.NONE_FITS


def test_an_offer_that_ended_lets_wait_on(coach, nikos):
    case = create_wait(coach=coach, client=nikos, **EVENING)
    proposal = create_proposal(case=case, offers=["2026-11-26 10:00"])
    assert read(coach, case, now=proposal.expires_at + dt.timedelta(seconds=1)).stand == Stand.WAITING


def test_closed_ones_say_what_was_waited_for(coach, nikos):
    case = create_wait(coach=coach, client=nikos, **EVENING)
    case.status, case.closed_at = CaseStatus.WITHDRAWN, NOW
    case.save()
    (wish,) = closed_cases(coach.user)
    assert wish.suits.startswith("any Tuesday")


def test_as_many_queries_for_many_as_for_one(coach):
    def wait(number):
        create_wait(coach=coach, client=create_client(of=coach), minutes=30 + number, **EVENING)

    def count():
        with CaptureQueriesContext(connection) as seen:
            pending_cases(coach.user, now=NOW)
        return len(seen)

    wait(1)
    one = count()
    for number in range(2, 12):
        wait(number)
    assert count() == one <= 8


def test_free_for_each_is_what_the_engine_says_to_each(coach, other_coach):
    busy, free = create_client(of=[coach, other_coach]), create_client(of=coach)
    create_session(coach=other_coach, client=busy, at="2026-11-24 10:00")
    create_session(coach=coach, client=free, at="2026-11-24 12:00")
    create_wait(coach=coach, client=free, at="2026-11-24 14:00")
    days = [Interval(moment(f"2026-11-{day} 00:00"), moment(f"2026-11-{day + 2} 00:00")) for day in (20, 23, 24)]
    asked = [Asked(day, minutes, who.pk) for day in days for minutes in (30, 90) for who in (busy, free)]
    people = {each.pk: each for each in (busy, free)}
    expected = [slots.free(coach, one.between, one.minutes, now=NOW, for_client=people[one.client]) for one in asked]
    assert free_for_each(coach, asked, now=NOW) == expected
    assert any(expected)
    assert free_for_each(coach, [], now=NOW) == []


def test_a_hold_that_is_over_stands_in_no_calendar(coach, nikos):
    create_wait(coach=coach, client=nikos, at="2026-11-24 10:00")
    day = Interval(moment("2026-11-24 00:00"), moment("2026-11-25 00:00"))
    assert [each.during for each in entries.of_wishes(coach, day, now=NOW)] == [hour("2026-11-24 10:00")]
    assert entries.of_wishes(coach, day, now=NOW + dt.timedelta(days=2)) == []
    assert hour("2026-11-24 10:00") not in slots.free(coach, day, now=NOW)
    assert hour("2026-11-24 10:00") in slots.free(coach, day, now=NOW + dt.timedelta(days=2))


def test_times_out_of_the_list_name_no_hour_to_the_client(coach):
    client = create_client(of=coach, user=create_user())
    create_proposal(case=create_wait(coach=coach, client=client), offers=["2026-11-26 10:00"])
    (question,) = my_page(client.user, now=NOW).questions
    assert question.about is None
    assert not Session.objects.exists()


def test_clients_see_for_what_they_wait_while_it_lasts(coach, other_coach):
    client = create_client(of=[coach, other_coach], user=create_user())
    create_wait(coach=coach, client=client, **EVENING)
    create_wait(coach=other_coach, client=client, last="2026-11-19", first="2026-11-01")
    (wait,) = my_page(client.user, now=NOW).waits
    assert (wait.suits, wait.coach) == ("any Tuesday 17:00–20:00, until Friday 18 December", "Elena Marinou")
    client.care.update(ended_at=NOW)
    assert my_page(client.user, now=NOW).waits == ()
