from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel import time
from config.kernel.time import Interval, SkippedTime

ATHENS = time.zone("Europe/Athens")
SPRING, AUTUMN = dt.date(2027, 3, 28), dt.date(2026, 10, 25)
HOUR = dt.timedelta(hours=1)

days = st.dates(dt.date(2000, 1, 1), dt.date(2037, 12, 31))
zones = st.sampled_from(
    ["Europe/Athens", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
).map(time.zone)
instants = st.integers(946_684_800, 2_145_916_800).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))


def utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_now_is_aware_and_utc():
    assert time.now().utcoffset() == dt.timedelta(0)


def test_zone_that_does_not_exist_raises():
    with pytest.raises(zoneinfo.ZoneInfoNotFoundError):
        time.zone("Europe/Atlantis")


def test_instant_in_summer_and_winter():
    noon = dt.time(12)
    assert time.instant(dt.date(2026, 7, 1), noon, ATHENS) == utc("2026-07-01 09:00")
    assert time.instant(dt.date(2026, 12, 1), noon, ATHENS) == utc("2026-12-01 10:00")


@pytest.mark.parametrize("skipped", ["03:00", "03:30", "03:59"])
def test_time_that_the_spring_skips_raises(skipped):
    with pytest.raises(SkippedTime):
        time.instant(SPRING, dt.time.fromisoformat(skipped), ATHENS)


def test_times_on_both_sides_of_the_gap_are_one_instant_apart():
    before = time.instant(SPRING, dt.time(2, 59), ATHENS)
    after = time.instant(SPRING, dt.time(4), ATHENS)
    assert after - before == dt.timedelta(minutes=1)


def test_hour_that_the_autumn_repeats_is_chosen_by_fold():
    first = time.instant(AUTUMN, dt.time(3, 30), ATHENS)
    second = time.instant(AUTUMN, dt.time(3, 30, fold=1), ATHENS)
    assert (first, second - first) == (utc("2026-10-25 00:30"), HOUR)


@given(instants, zones)
def test_instant_is_the_way_back_from_a_clock(at, where):
    local = at.astimezone(where)
    assert time.instant(local.date(), local.timetz().replace(tzinfo=None), where) == at


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (dt.date(2026, 11, 20), 24)], ids=["spring", "autumn", "plain"]
)
def test_day_lasts_from_midnight_to_midnight(day, hours):
    bounds = time.day_bounds(day, ATHENS)
    assert bounds.minutes == hours * 60
    assert bounds.starts_at.astimezone(ATHENS).timetz().replace(tzinfo=None) == dt.time()


@given(days, zones)
def test_days_follow_each_other_without_gap_and_hold_their_own_instants(day, where):
    today, tomorrow = time.day_bounds(day, where), time.day_bounds(day + dt.timedelta(days=1), where)
    assert today.ends_at == tomorrow.starts_at
    assert 23 * 60 <= today.minutes <= 25 * 60
    assert list(today.days(where)) == [day]


@given(days)
def test_week_starts_on_its_monday(day):
    monday = time.monday_of(day)
    assert monday.weekday() == 0
    assert dt.timedelta(0) <= day - monday < dt.timedelta(days=7)


def test_interval_is_aware_and_not_empty():
    at = utc("2026-11-23 10:00")
    with pytest.raises(ValueError, match="after it starts"):
        Interval(at, at)
    with pytest.raises(ValueError, match="after it starts"):
        Interval(at + HOUR, at)
    with pytest.raises(ValueError, match="aware"):
        Interval(at.replace(tzinfo=None), at + HOUR)
    with pytest.raises(ValueError, match="aware"):
        Interval(at, (at + HOUR).replace(tzinfo=None))


@given(instants, zones, st.integers(5, 480))
def test_length_is_real_minutes_whatever_the_clocks_do(at, where, minutes):
    lasting = Interval.lasting(at.astimezone(where), minutes)
    assert lasting.minutes == minutes
    assert lasting.ends_at - at == dt.timedelta(minutes=minutes)


def test_range_and_back():
    interval = Interval.lasting(utc("2026-11-23 10:00"), 50)
    during = interval.as_range()
    assert (during.lower, during.upper, during.bounds) == (interval.starts_at, interval.ends_at, "[)")
    assert Interval.from_range(during) == interval


def test_touching_is_not_overlapping():
    one = Interval.lasting(utc("2026-11-23 10:00"), 60)
    touching = Interval.lasting(one.ends_at, 60)
    inside = Interval.lasting(one.starts_at, 30)
    assert not one.overlaps(touching)
    assert not touching.overlaps(one)
    assert one.overlaps(inside)
    assert one.contains(inside)
    assert one.contains(one)
    assert not inside.contains(one)


def test_days_of_an_interval_are_local_and_its_end_is_not_in_it():
    evening = Interval(utc("2026-11-23 21:00"), utc("2026-11-23 22:00"))  # 23:00 to midnight in Athens
    later = Interval(utc("2026-11-23 21:00"), utc("2026-11-23 22:01"))
    assert list(evening.days(ATHENS)) == [dt.date(2026, 11, 23)]
    assert list(later.days(ATHENS)) == [dt.date(2026, 11, 23), dt.date(2026, 11, 24)]


def test_interval_over_the_autumn_change_counts_the_hour_that_comes_twice():
    athens = time.zone("Europe/Athens")
    night = Interval(dt.datetime(2026, 10, 25, 2, tzinfo=athens), dt.datetime(2026, 10, 25, 5, tzinfo=athens))
    assert night.minutes == 4 * 60
