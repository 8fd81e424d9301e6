from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from tests.factories import create_client, create_coach
from tests.races import truth
from tests.races.people import Person, all_at_once, by_status, days
from tests.races.truth import CROWD, FEWER_ROUNDS, ROUNDS

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def crowd_of(site, coach, size=CROWD):
    """As many browsers of one coach as can crowd before one hour, each with a client of their own."""
    return [(Person(site.port, coach.user), create_client(of=coach)) for _ in range(size)]


def book(crowd, day, starts):
    """Everybody books an hour at once: the n-th of them from the n-th start."""

    def deed(who, client, at):
        fields = {"client": client.pk, "day": day, "at": at, "minutes": 60, "form_key": uuid.uuid4().hex}
        return lambda ready: who.post(reverse("scheduling:session_book"), ready=ready, **fields)

    return all_at_once([deed(who, client, at) for (who, client), at in zip(crowd, starts[: len(crowd)], strict=True)])


def strange(site, answers):
    """What else was answered, and what the site says to it."""
    return [answer for answer in answers if answer.status not in {204, 409}], site.said()


# Enough to go wrong where nothing protects.
FEW = 20
SAME = ["10:00"] * CROWD
# All of them share an hour around noon.
OVERLAPPING = [f"{10 + (30 + minute) // 60}:{(30 + minute) % 60:02}" for minute in range(CROWD)]


@pytest.mark.parametrize("starts", [SAME, OVERLAPPING], ids=["one hour", "overlapping hours"])
def test_fifty_bookings_have_one_winner_and_the_others_the_designed_answer(starts, guarded, transactional_db):
    coach = create_coach()
    crowd, deadlocks, retries = crowd_of(guarded, coach), truth.deadlocks(), guarded.retries()
    for day in days(ROUNDS):
        answers = book(crowd, day, starts)
        assert by_status(answers) == {204: 1, 409: CROWD - 1}, strange(guarded, answers)
        assert all("is taken" in answer.body for answer in answers if answer.status == 409)
    assert truth.one("SELECT count(*) FROM scheduling_session WHERE provider_id = %s", coach.pk) == ROUNDS
    assert truth.broken() == {}
    assert (truth.deadlocks() - deadlocks, guarded.retries() - retries) == (0, 0)


@pytest.mark.parametrize("starts", [SAME, OVERLAPPING], ids=["one hour", "overlapping hours"])
def test_control_without_locks_and_rule_there_are_many_winners(starts, unguarded, no_protection):
    answers = book(crowd_of(unguarded, create_coach(), FEW), *days(1), starts)
    assert by_status(answers).get(204, 0) > 1
    assert truth.broken()["a provider has two sessions at once"] > 0


def test_without_locks_the_rule_alone_still_lets_only_one_win(unguarded, transactional_db):
    answers = book(crowd_of(unguarded, create_coach(), FEW), *days(1), SAME)
    assert by_status(answers)[204] == 1
    assert truth.one("SELECT count(*) FROM scheduling_session") == 1
    assert truth.broken() == {}


def test_one_form_sent_twenty_times_at_once_books_once_and_always_says_so(guarded, transactional_db):
    coach = create_coach()
    client, who = create_client(of=coach), Person(guarded.port, coach.user)
    for day in days(FEWER_ROUNDS):
        fields = {"client": client.pk, "day": day, "at": "10:00", "minutes": 50, "form_key": uuid.uuid4().hex}
        answers = all_at_once(
            [lambda ready: who.post(reverse("scheduling:session_book"), ready=ready, **fields)] * 20  # noqa: B023  called at once
        )
        assert by_status(answers) == {204: 20}
    assert truth.one("SELECT count(*) FROM scheduling_session") == FEWER_ROUNDS
    assert truth.broken() == {}
