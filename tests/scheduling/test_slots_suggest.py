"""The best other times near a wish: the same day, then the same hour of the days around it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter

import pytest

from config.kernel import time
from scheduling import slots
from tests.factories import ATHENS, NOW, create_client, create_coach, create_session, hour, moment

pytestmark = pytest.mark.django_db

WEDNESDAY = "2026-12-02"


def suggested(coach, at, *, minutes=50, client=None, now=NOW, **asked):
    """The suggestions as "Wed 2 10:00", by the clock in Athens."""
    found = slots.suggest(coach, near=hour(at, minutes=minutes), now=now, for_client=client, **asked)
    return [f"{slot.starts_at.astimezone(time.zone(ATHENS)):%a %-d %H:%M}" for slot in found]


@pytest.fixture
def taken(coach):
    """Wednesday 13:00 is somebody's."""
    return create_session(coach=coach, client=create_client(of=coach), at=f"{WEDNESDAY} 13:00")


def test_the_same_day_first_then_the_same_hour_of_the_days_around(coach, taken):
    assert suggested(coach, f"{WEDNESDAY} 13:00") == [
        *("Mon 30 13:00", "Tue 1 13:00", "Wed 2 12:00", "Wed 2 14:00", "Thu 3 13:00", "Fri 4 13:00", "Mon 7 13:00")
    ]


def test_when_the_hour_is_taken_a_time_close_to_it_stands_in(coach, taken):
    create_session(coach=coach, client=taken.client, at="2026-12-03 12:30", minutes=60)
    found = suggested(coach, f"{WEDNESDAY} 13:00")
    assert "Thu 3 13:30" in found
    assert len(found) == 7


def test_the_wish_itself_and_what_touches_it_is_not_suggested(coach):
    found = slots.suggest(coach, near=hour(f"{WEDNESDAY} 13:10"), now=NOW, for_client=None)
    assert not any(slot.overlaps(hour(f"{WEDNESDAY} 13:10")) for slot in found)


def test_at_most_two_a_day_and_no_more_than_asked(coach):
    for count in (1, 5, 7, 30):
        found = suggested(coach, f"{WEDNESDAY} 13:00", count=count)
        assert len(found) == count
        assert max(Counter(text[:-6] for text in found).values()) <= 2


def test_no_two_overlap_even_beside_a_short_opening(coach):
    create_session(coach=coach, client=create_client(of=coach), at=f"{WEDNESDAY} 12:00")
    for near in ("12:00", "11:00", "13:10"):
        found = slots.suggest(coach, near=hour(f"{WEDNESDAY} {near}"), now=NOW, for_client=None, count=30)
        assert not any(one.overlaps(next_one) for one, next_one in itertools.pairwise(found))
    assert suggested(create_coach(hours=[(2, "09:00", "10:30")]), f"{WEDNESDAY} 18:00", count=2) == [
        *("Wed 2 09:30", "Wed 9 09:30")
    ]


def test_only_within_fourteen_days_and_in_order(coach):
    near = hour(f"{WEDNESDAY} 13:00")
    found = slots.suggest(coach, near=near, now=NOW, for_client=None, count=100)
    assert found == sorted(found)
    assert all(abs(slot.starts_at - near.starts_at) <= dt.timedelta(days=14) for slot in found)


def test_a_full_day_leaves_its_place_to_others():
    coach = create_coach(hours=[(2, "13:00", "14:00"), (4, "09:00", "10:00"), (0, "18:00", "20:00")])
    create_session(coach=coach, client=create_client(of=coach), at=f"{WEDNESDAY} 13:00")
    assert suggested(coach, f"{WEDNESDAY} 13:00", count=4) == [
        *("Wed 25 13:00", "Mon 30 18:00", "Fri 4 09:00", "Wed 9 13:00")
    ]


def test_times_are_as_long_as_the_wish_and_free_for_the_client(coach, taken):
    client = create_client(of=coach)
    create_session(coach=coach, client=client, at="2026-12-03 13:00")
    found = slots.suggest(coach, near=hour(f"{WEDNESDAY} 13:00", minutes=80), now=NOW, for_client=client)
    assert {slot.minutes for slot in found} == {80}
    assert all(slots.explain(coach, slot, now=NOW, for_client=client) == [] for slot in found)


def test_the_own_hour_of_a_session_that_moves_is_not_suggested_but_what_it_covers_may_be(coach, taken):
    found = suggested(coach, f"{WEDNESDAY} 09:00", ignoring=taken, client=taken.client)
    assert "Wed 2 10:00" in found
    near_own = suggested(coach, f"{WEDNESDAY} 13:00", ignoring=taken, client=taken.client)
    assert "Wed 2 13:00" not in near_own


def test_days_are_those_of_the_client():
    # Tuesday 23:00 in Athens is Wednesday 10:00 in Auckland, where Wednesday 08:00 in Athens still is Wednesday.
    coach = create_coach(
        hours=[(day, *hours) for day in range(7) for hours in (("08:00", "09:00"), ("23:00", "23:59"))]
    )
    client = create_client(of=coach, time_zone="Pacific/Auckland")
    assert suggested(coach, "2026-12-01 23:00", count=1) == ["Tue 1 08:00"]
    assert suggested(coach, "2026-12-01 23:00", count=1, client=client) == ["Wed 2 08:00"]


def test_a_time_so_soon_that_nobody_could_answer_is_not_suggested():
    coach = create_coach(notice=60)
    assert suggested(coach, "2026-11-20 15:00", count=2) == ["Fri 20 14:00", "Fri 20 16:00"]
    a_minute_later = NOW + dt.timedelta(minutes=1)
    assert suggested(coach, "2026-11-20 15:00", count=2, now=a_minute_later) == ["Fri 20 16:00", "Mon 23 15:00"]


def test_nothing_in_the_past_and_nothing_beyond_the_horizon(coach):
    assert suggested(coach, "2026-11-20 13:00", now=moment("2026-11-20 16:00"), count=1) == ["Mon 23 13:00"]
    assert suggested(coach, "2026-11-02 13:00") == []
    assert suggested(coach, "2027-06-02 13:00") == []


def test_the_same_question_gets_the_same_answer(coach, taken):
    assert suggested(coach, f"{WEDNESDAY} 13:00") == suggested(coach, f"{WEDNESDAY} 13:00")


def test_without_hours_there_is_nothing_to_suggest():
    assert suggested(create_coach(hours=[]), f"{WEDNESDAY} 13:00") == []


def test_a_wish_on_the_night_of_the_clocks_is_answered():
    coach = create_coach(hours=[(weekday, "01:00", "06:00") for weekday in range(7)])
    now = moment("2026-10-20 12:00")
    early = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)  # the first 03:30
    found = slots.suggest(coach, near=hour(early), now=now, for_client=None, count=2)
    assert [slot.starts_at - early for slot in found] == [dt.timedelta(hours=-1), dt.timedelta(hours=1)]
