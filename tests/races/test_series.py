from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from scheduling.models import Session
from tests.factories import create_client, create_coach, create_session
from tests.races import truth
from tests.races.people import Person, all_at_once, by_status, days
from tests.races.truth import FEWER_ROUNDS

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TIMES, SENT = 6, 20
# A round here makes as many sessions as several elsewhere.
SERIES_ROUNDS = max(2, FEWER_ROUNDS // 2)


class Rhythm:
    """A coach with a browser, and a client whose session of long ago, at `at`, is booked again."""

    def __init__(self, site, coach, at="09:00"):
        self.client, self.who = create_client(of=coach), Person(site.port, coach.user)
        long_ago = days(1)[0] - dt.timedelta(weeks=30)
        self.session = create_session(coach=coach, client=self.client, at=f"{long_ago} {at}")
        self.url = reverse("scheduling:session_again", args=[self.session.pk])
        assert self.who.get(self.url).status == 200

    def send(self, day, *, at="10:00", key):
        fields = {"every": "1", "times": TIMES, "day": day, "at": at, "minutes": 60, "form_key": key}
        return lambda ready: self.who.post(self.url, ready=ready, **fields)

    def made(self):
        return Session.objects.filter(client=self.client).exclude(pk=self.session.pk).count()


def first_days(count):
    """Weekdays on which a rhythm begins that no other of them meets."""
    return [day + dt.timedelta(weeks=number // 5 * TIMES) for number, day in enumerate((days(5) * count)[:count])]


def test_one_form_sent_twenty_times_at_once_makes_one_series(guarded, transactional_db):
    rhythm = Rhythm(guarded, create_coach(horizon=730))
    for number, day in enumerate(first_days(SERIES_ROUNDS), start=1):
        key = uuid.uuid4().hex
        answers = all_at_once([rhythm.send(day, key=key)] * SENT)
        assert by_status(answers) == {204: SENT}
        assert rhythm.made() == number * TIMES
    assert truth.one("SELECT count(*) FROM clients_outboxmessage WHERE kind = 'series_booked'") == SERIES_ROUNDS
    assert truth.broken() == {}


def crossing(site):
    """Two clients want the same weekday and hour, the second from the last week of the first one's on."""
    coach, day = create_coach(), days(1)[0]
    one, other = Rhythm(site, coach), Rhythm(site, coach, at="12:00")
    later = day + dt.timedelta(weeks=TIMES - 1)
    deeds = [one.send(day, key=uuid.uuid4().hex), other.send(later, at="10:30", key=uuid.uuid4().hex)]
    return (one, other), all_at_once(deeds)


def test_of_two_series_that_cross_in_one_date_one_is_made_whole_and_the_other_not_at_all(guarded, transactional_db):
    for _ in range(SERIES_ROUNDS):
        both, answers = crossing(guarded)
        assert by_status(answers) == {204: 1, 409: 1}, guarded.said()
        refused = next(answer for answer in answers if answer.status == 409)
        assert refused.body.count("Taken by") >= 1
        assert sorted(each.made() for each in both) == [0, TIMES]
    assert truth.broken() == {}


def test_control_without_locks_and_rule_both_are_made(unguarded, no_protection):
    both, answers = crossing(unguarded)
    assert by_status(answers) == {204: 2}
    assert [each.made() for each in both] == [TIMES, TIMES]
    assert truth.broken()["a provider has two sessions at once"] > 0


def test_without_locks_the_rule_alone_lets_one_win_whole_and_names_the_date(unguarded, transactional_db):
    both, answers = crossing(unguarded)
    assert by_status(answers) == {204: 1, 409: 1}
    assert sorted(each.made() for each in both) == [0, TIMES]
    assert "Taken by" in next(answer for answer in answers if answer.status == 409).body
    assert truth.broken() == {}
