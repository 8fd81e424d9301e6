from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.time import Interval
from scheduling import slots
from tests import factories
from tests.factories import NOW, hour, moment
from tests.scheduling.naive_calendar import MINUTE
from tests.scheduling.test_slots_properties import DAYS, asking, undone, worlds

pytestmark = pytest.mark.django_db


@given(world=worlds(), starts=st.lists(st.integers(0, DAYS * 1440), min_size=1, max_size=6))
@asking
def test_many_are_told_what_each_would_be_told_alone(world, starts):
    times = [Interval.lasting(world.between.starts_at + at * MINUTE, world.minutes) for at in starts]
    with undone():
        coach, client, _ignoring = world.build()
        asked = {"now": world.now, "for_client": client}
        alone = [slots.explain(coach, each, **asked) for each in times]
        assert slots.explain_many(coach, times, **asked) == alone
        pieces = [Interval.lasting(each.starts_at, 1440) for each in times]
        free = [slots.free(coach, each, world.minutes, **asked) for each in pieces]
        assert slots.free_many(coach, pieces, world.minutes, **asked) == free


def test_one_query_for_half_a_year(coach, django_assert_num_queries):
    client, other = factories.create_client(of=coach), factories.create_client(of=coach)
    factories.create_session(coach=coach, client=other, at="2026-12-01 10:00")
    times = [hour(moment("2026-11-24 10:00") + week * MINUTE * 7 * 1440) for week in range(26)]
    with django_assert_num_queries(1):
        found = slots.explain_many(coach, times, now=NOW, for_client=client)
    assert [[each.code for each in one] for one in found[:3]] == [[], ["session"], []]
    with django_assert_num_queries(1):
        free = slots.free_many(coach, times, 50, now=NOW, for_client=client)
    assert [len(one) for one in free[:3]] == [2, 0, 2]


def test_nothing_asked_is_nothing_answered(coach, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert slots.explain_many(coach, [], now=NOW) == []
        assert slots.free_many(coach, [], 50, now=NOW) == []


def test_a_piece_that_is_past_has_nothing_and_keeps_its_place(coach):
    past, ahead = Interval(moment("2026-11-19 00:00"), moment("2026-11-20 00:00")), hour("2026-11-24 10:00")
    assert slots.free_many(coach, [past, ahead, past], 50, now=NOW) == [[], slots.free(coach, ahead, 50, now=NOW), []]


def test_who_is_no_coach_has_no_hours(stranger):
    times = [hour("2026-11-24 10:00")] * 2
    assert [[each.code for each in one] for one in slots.explain_many(stranger, times, now=NOW)] == [["no_hours"]] * 2
    assert slots.free_many(stranger, times, 50, now=NOW) == [[], []]


def test_too_far_apart_or_too_long_is_a_mistake_of_the_caller(coach):
    with pytest.raises(ValueError, match="366 days"):
        slots.explain_many(coach, [hour("2026-11-24 10:00"), hour("2027-11-26 10:00")], now=NOW)
    with pytest.raises(ValueError, match="5 minutes"):
        slots.free_many(coach, [hour("2026-11-24 10:00")], 4, now=NOW)
