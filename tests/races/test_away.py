from __future__ import annotations

import re
import uuid

import pytest

from scheduling.models import Session, TimeOff
from tests.factories import create_coach
from tests.races import truth
from tests.races.people import Person, all_at_once, days
from tests.races.test_answers import answer, offers_of, opened, propose
from tests.races.truth import FEWER_ROUNDS

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

AWAY = "/settings/hours/away/"


def leave_while_a_client_answers(site, coach, day):
    """The coach takes the morning off, having seen the time on offer in it, while its client takes that time."""
    proposal, who = propose(coach, day, "10:00"), Person(site.port, coach.user)
    morning = {"first": day, "last": day, "first_at": "10:00", "last_at": "12:00", "form_key": uuid.uuid4().hex}
    asked = who.post(AWAY, **morning)
    assert asked.status == 409
    listed = re.search(r'name="listed" value="(\w+)"', asked.body)[1]
    path, (offer,) = opened(site, proposal), offers_of(proposal)
    return all_at_once(
        [
            answer(site, path, offer),
            lambda ready: who.post(AWAY, ready=ready, listed=listed, **morning),
        ]
    )


def silent():
    """Sessions in a time off that were never put before the coach."""
    return Session.objects.filter(booked_from__isnull=False, during__overlap=TimeOff.objects.get().during).count()


def test_a_time_taken_while_its_morning_is_closed_is_either_refused_or_listed(guarded, transactional_db):
    coach, deadlocks = create_coach(), truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        answered, left = leave_while_a_client_answers(guarded, coach, day)
        assert (answered.status, left.status) in {(200, 409), (409, 200)}
        if left.status == 200:
            assert silent() == 0
        else:
            assert "1 session is booked then" in left.body
        TimeOff.objects.all().delete()
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_a_session_ends_up_in_a_time_off_unseen(unguarded, transactional_db):
    answered, left = leave_while_a_client_answers(unguarded, create_coach(), *days(1))
    assert (answered.status, left.status) == (200, 200)
    assert silent() == 1
