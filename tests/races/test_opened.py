"""A time off ends and its hours go to whoever waits, while somebody else takes one of them."""

from __future__ import annotations

import time
import uuid

import pytest
from django.urls import reverse

from scheduling.models import Session
from scheduling.states import CaseStatus
from tests.factories import create_client, create_coach, create_time_off, create_wait, hour
from tests.races import truth
from tests.races.people import Person, all_at_once, days
from tests.races.test_answers import answer, offers_of, opened, propose
from tests.races.truth import FEWER_ROUNDS

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# In seconds; who comes before the coach does is turned away by the time off, or books in it.
LATER = (0.0, -0.1, 0.02, 0.05, -0.05)


def booking(site, coach, day, **more):
    """A third client, booked at ten in another of the coach's windows; ready to send."""
    third, who = create_client(of=coach), Person(site.port, coach.user)
    fields = {"client": third.pk, "day": day, "at": "10:00", "minutes": 50, "form_key": uuid.uuid4().hex, **more}
    return third, lambda ready: who.post(reverse("scheduling:session_book"), ready=ready, **fields)


def overruling(site, coach, day):
    """The same, whatever speaks against it."""
    return booking(site, coach, day, overrule="1")


def answering(site, coach, day):
    """A third client says yes to ten o'clock, which was offered and is held for nobody; ready to send."""
    proposal = propose(coach, day, "10:00", held=False)
    return proposal.recipient, answer(site, opened(site, proposal), *offers_of(proposal))


def return_while(site, coach, day, third, *, books_itself, later=0.0):
    """The coach comes back to a morning for which somebody waits, and the third comes so many seconds later, or before.

    Who waited, the third, and both answers."""
    off = create_time_off(coach=coach, starts=f"{day} 10:00", ends=f"{day} 12:00")
    wish = {"starts": "10:00", "ends": "11:00", "first": str(day), "last": str(day)}
    case = create_wait(coach=coach, client=create_client(of=coach), book_when_freed=books_itself, **wish)
    who, path = Person(site.port, coach.user), reverse("scheduling:settings_away_remove", args=[off.pk])
    client, take = third(site, coach, day)

    def come_back(ready):
        return who.post(path, ready=ready)

    answers = all_at_once([_after(-later, come_back), _after(later, take)])
    case.refresh_from_db()
    return case, client, answers


def _after(seconds, deed):
    """The deed, so long after the start."""

    def wait_first(ready):
        ready.wait()
        time.sleep(max(seconds, 0))
        return deed(None)

    return wait_first


def has_session(client, day):
    return Session.objects.filter(client=client, during=hour(f"{day} 10:00").as_range()).exists()


def has_the_hour(case, day):
    """Whether who waited has what the coach ticked: the session, or the hour on hold."""
    if case.book_when_freed:
        return case.status == CaseStatus.RESOLVED and has_session(case.client, day)
    return case.hour == hour(f"{day} 10:00") and case.held_until is not None


@pytest.mark.parametrize("third", [booking, overruling, answering])
def test_an_hour_that_opens_goes_to_who_waits_or_to_who_takes_it_and_is_lost_on_nobody(
    third, guarded, transactional_db
):
    coach, deadlocks = create_coach(), truth.deadlocks()
    for number, day in enumerate(days(FEWER_ROUNDS)):
        how = {"books_itself": bool(number % 2), "later": LATER[number % len(LATER)]}
        case, client, (back, taken) = return_while(guarded, coach, day, third, **how)
        assert (back.status, taken.status) in {(200, 200), (200, 204), (200, 409)}, guarded.said()
        is_taken = taken.status != 409
        assert (has_session(client, day), has_the_hour(case, day)) == (is_taken, not is_taken)
        assert is_taken == (case.status == CaseStatus.PENDING_RESOLUTION and case.hour is None)
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_and_rules_both_have_the_hour(unguarded, no_protection):
    coach = create_coach()
    for number, day in enumerate(days(10)):
        # As late as the site thinks about who waits; the first question of all takes it longer.
        how = {"books_itself": True, "later": 0.3 + 0.1 * (number % 3)}
        case, client, (back, _taken) = return_while(unguarded, coach, day, overruling, **how)
        assert back.status == 200
        if has_session(client, day) and has_the_hour(case, day):
            assert truth.broken() == {"a provider has two sessions at once": 1}
            return
    pytest.fail("it was always one of the two")
