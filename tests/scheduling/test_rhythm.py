from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from config.kernel import time
from scheduling.rhythm import MOST_TIMES, Rhythm

ZONES = ["Europe/Athens", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Kathmandu"]
# Each of these weeks has a change of clocks in one of the zones; 26 weeks from there reach the next one.
FIRST = st.dates(dt.date(2026, 3, 1), dt.date(2027, 4, 30))


def rhythm(first, at, *, weeks=1, times=1, minutes=50):
    return Rhythm(
        first=dt.date.fromisoformat(first), at=dt.time.fromisoformat(at), weeks=weeks, times=times, minutes=minutes
    )


def local(planned, where):
    return [each.during.starts_at.astimezone(where) for each in planned if each.during]


@given(
    zone=st.sampled_from(ZONES),
    first=FIRST,
    at=st.builds(dt.time, st.integers(0, 23), st.integers(0, 59)),
    weeks=st.sampled_from([1, 2]),
    times=st.integers(1, MOST_TIMES),
    minutes=st.integers(5, 480),
)
def test_the_clock_on_the_wall_and_the_weekday_stay_and_the_length_is_real(zone, first, at, weeks, times, minutes):
    where = time.zone(zone)
    planned = Rhythm(first=first, at=at, minutes=minutes, weeks=weeks, times=times).plan(where)
    assert [each.day for each in planned] == [first + number * dt.timedelta(weeks=weeks) for number in range(times)]
    for each in planned:
        if each.during is None:
            continue
        begin = each.during.starts_at.astimezone(where)
        assert (begin.date(), begin.time(), begin.fold) == (each.day, at, 0)
        assert each.during.ends_at - each.during.starts_at == dt.timedelta(minutes=minutes)
    # Only a clock that goes forward has no such time, and that at most once in half a year and once more.
    assert sum(each.during is None for each in planned) <= 1


def test_five_o_clock_stays_five_o_clock_through_autumn_and_spring():
    athens = time.zone("Europe/Athens")
    autumn = rhythm("2026-10-20", "17:00", times=2).plan(athens)
    spring = rhythm("2027-03-23", "17:00", times=2).plan(athens)
    assert [f"{each.during.starts_at:%d %H:%M}" for each in autumn] == ["20 14:00", "27 15:00"]
    assert [f"{each.during.starts_at:%d %H:%M}" for each in spring] == ["23 15:00", "30 14:00"]
    assert {at.hour for at in local(autumn + spring, athens)} == {17}


def test_an_hour_that_the_clocks_skip_is_planned_but_has_no_time():
    planned = rhythm("2027-03-21", "03:30", times=3).plan(time.zone("Europe/Athens"))
    assert [(each.key, each.during is None) for each in planned] == [
        ("2027-03-21T03:30", False),
        ("2027-03-28T03:30", True),
        ("2027-04-04T03:30", False),
    ]


def test_of_an_hour_that_comes_twice_it_is_the_first():
    (planned,) = rhythm("2026-10-25", "03:30").plan(time.zone("Europe/Athens"))
    assert planned.during.starts_at == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_every_other_week():
    planned = rhythm("2026-11-24", "10:00", weeks=2, times=3).plan(time.zone("Europe/Athens"))
    assert [str(each.day) for each in planned] == ["2026-11-24", "2026-12-08", "2026-12-22"]
