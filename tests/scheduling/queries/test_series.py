from __future__ import annotations

import datetime as dt

import pytest

from config.kernel import time
from scheduling.queries.series import Decided, RowStand, ahead_of, first_day, plan_of
from scheduling.rhythm import Rhythm
from scheduling.states import SessionStatus
from tests import factories
from tests.factories import ATHENS, NOW, hour

pytestmark = pytest.mark.django_db
NOTHING = Decided(others={}, out=frozenset())


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou")


def plan(coach, client, *, first="2026-11-24", at="10:00", times=3, minutes=50, decided=NOTHING):
    rhythm = Rhythm(
        first=dt.date.fromisoformat(first), at=dt.time.fromisoformat(at), minutes=minutes, weeks=1, times=times
    )
    planned = rhythm.plan(time.zone(ATHENS))
    return plan_of(coach, client, planned, decided, minutes=minutes, now=NOW)


def stands(plan):
    return [(row.number, row.stand.value) for row in plan.rows]


def local(intervals):
    return [f"{each.starts_at.astimezone(time.zone(ATHENS)):%a %d %H:%M}" for each in intervals]


def test_free_dates_are_numbered_and_need_one_query(coach, maria, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = plan(coach, maria)
    assert stands(found) == [(1, "free"), (2, "free"), (3, "free")]
    assert (found.undecided, found.warned, found.last) == ((), (), hour("2026-12-08 10:00"))


@pytest.mark.parametrize("times", [3, 26])
def test_two_queries_however_many_dates_and_clashes(coach, maria, nikos, times, django_assert_num_queries):
    for week in range(times):
        factories.create_session(
            coach=coach, client=nikos, at=hour("2026-11-24 10:00").starts_at + week * dt.timedelta(weeks=1)
        )
    with django_assert_num_queries(2):
        assert len(plan(coach, maria, times=times).rows) == times


def test_a_taken_date_has_the_nearest_free_times_of_its_week(coach, maria, nikos):
    factories.create_session(coach=coach, client=nikos, at="2026-12-01 10:00")
    found = plan(coach, maria)
    assert stands(found) == [(1, "free"), (2, "taken"), (3, "free")]
    (row,) = found.undecided
    assert [each.headline for each in row.obstacles] == ["Taken by Nikos Georgiou"]
    assert local(row.offered) == ["Tue 01 09:00", "Tue 01 11:00", "Tue 01 12:00"]


def test_a_day_without_room_looks_at_the_days_around(coach, maria):
    factories.create_override(coach=coach, date="2026-12-01")
    found = plan(coach, maria)
    (row,) = found.warned
    assert (row.stand, row.obstacles[0].code) == (RowStand.WARNED, "outside_hours")
    assert local(row.offered) == ["Mon 30 09:00", "Mon 30 10:00", "Wed 02 10:00"]


def test_a_date_left_out_is_neither_judged_nor_counted(coach, maria, nikos):
    factories.create_session(coach=coach, client=nikos, at="2026-12-01 10:00")
    found = plan(coach, maria, decided=Decided(others={}, out=frozenset({"2026-12-01T10:00"})))
    assert stands(found) == [(1, "free"), (None, "out"), (2, "free")]
    assert len(found.booked) == 2


def test_another_time_stands_in_for_the_planned_one(coach, maria, nikos):
    factories.create_session(coach=coach, client=nikos, at="2026-12-01 10:00")
    other = Decided(others={"2026-12-01T10:00": hour("2026-12-02 15:00")}, out=frozenset())
    row = plan(coach, maria, decided=other).rows[1]
    assert (row.stand, row.during, row.is_other) == (RowStand.FREE, hour("2026-12-02 15:00"), True)
    assert f"{row.wall:%a %H:%M}" == "Wed 15:00"


def test_dates_of_one_series_never_overlap(coach, maria):
    other = Decided(others={"2026-12-01T10:00": hour("2026-11-24 10:30")}, out=frozenset())
    found = plan(coach, maria, times=2, decided=other)
    assert stands(found) == [(1, "free"), (2, "twice")]
    assert not any(each.overlaps(hour("2026-11-24 10:00")) for each in found.rows[1].offered)


def test_an_hour_that_the_clocks_skip_is_to_be_decided(maria):
    coach = factories.create_coach(hours=[(6, "00:00", "12:00")], horizon=365)
    found = plan(coach, maria, first="2027-03-21", at="03:30", times=2)
    assert [row.stand for row in found.rows] == [RowStand.FREE, RowStand.SKIPPED]
    assert found.rows[1].during is None
    assert found.rows[1].offered


def test_past_and_far_dates_are_told(coach, maria):
    found = plan(coach, maria, first="2026-11-17", times=1)
    assert [each.code for each in found.rows[0].obstacles] == ["past"]
    far = plan(coach, maria, first="2027-03-02", times=1)
    assert [each.code for each in far.rows[0].obstacles] == ["horizon"]


def test_it_goes_on_a_week_after_the_last_of_the_same_rhythm(coach, maria, nikos):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-24 10:00")
    assert str(first_day(session, coach, now=NOW)) == "2026-12-01"
    for at in ("2026-12-01 10:00", "2026-12-15 10:00", "2026-12-22 11:00", "2026-12-23 10:00"):
        factories.create_session(coach=coach, client=maria, at=at)
    factories.create_session(coach=coach, client=maria, at="2027-01-05 10:00", status=SessionStatus.CANCELLED)
    factories.create_session(coach=coach, client=nikos, at="2027-01-12 10:00")
    assert str(first_day(session, coach, now=NOW)) == "2026-12-22"


def test_an_old_session_goes_on_in_the_present(coach, maria):
    old = factories.create_session(coach=coach, client=maria, at="2026-06-05 10:00")
    assert str(first_day(old, coach, now=NOW)) == "2026-11-27"


def test_it_keeps_the_hour_of_the_wall_over_a_change_of_clocks(coach, maria):
    session = factories.create_session(coach=coach, client=maria, at="2027-03-23 17:00")
    factories.create_session(coach=coach, client=maria, at="2027-03-30 17:00")
    assert str(first_day(session, coach, now=NOW)) == "2027-04-06"


def test_ahead_are_the_clients_own_scheduled_ones(coach, other_coach, maria, nikos):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-24 10:00")
    later = factories.create_session(coach=coach, client=maria, at="2026-12-08 10:00")
    sooner = factories.create_session(coach=coach, client=maria, at="2026-12-01 10:00")
    factories.create_session(coach=coach, client=maria, at="2026-12-15 10:00", status=SessionStatus.CANCELLED)
    factories.create_session(coach=coach, client=nikos, at="2026-12-01 12:00")
    factories.create_care(client=maria, provider=other_coach)
    factories.create_session(coach=other_coach, client=maria, at="2026-12-02 10:00")
    factories.create_session(coach=coach, client=maria, at="2026-11-19 10:00")
    assert ahead_of(session, now=NOW) == [sooner, later]
