from __future__ import annotations

import datetime as dt

import pytest

from config.kernel import time
from config.kernel.time import Interval
from scheduling.windows import Span, Window
from tests.factories import ATHENS, hour, moment

WHERE = time.zone(ATHENS)
TUESDAY, FROM, TO = 1, dt.time(17), dt.time(20)


def span(*windows, first="2026-01-01", last="2027-12-31"):
    return Span(windows, dt.date.fromisoformat(first), dt.date.fromisoformat(last), WHERE)


EVENING = span(Window(TUESDAY, FROM, TO))


@pytest.mark.parametrize(
    ("at", "suits"),
    [
        ("2026-11-24 17:00", True),
        ("2026-11-24 19:10", True),
        ("2026-11-24 19:11", False),
        ("2026-11-24 16:59", False),
        ("2026-11-25 17:00", False),
    ],
)
def test_an_hour_suits_that_lies_wholly_in_a_window(at, suits):
    assert EVENING.suits(hour(at)) is suits


def test_without_a_weekday_any_day_suits_and_the_last_minute_is_midnight():
    any_day = span(Window(None, dt.time(22), dt.time(23, 59)))
    assert any_day.suits(hour("2026-11-22 23:10"))
    assert not any_day.suits(hour("2026-11-22 23:11"))


def test_windows_that_touch_are_one():
    both = span(Window(None, dt.time(9), dt.time(12)), Window(None, dt.time(12), dt.time(14)))
    assert both.suits(hour("2026-11-24 11:30"))
    over_night = span(Window(None, dt.time(), dt.time(23, 59)))
    assert over_night.suits(hour("2026-11-24 23:30"))


def test_only_from_the_first_date_to_the_last():
    few = span(Window(None, dt.time(), dt.time(23, 59)), first="2026-11-24", last="2026-11-25")
    fitting = [few.suits(hour(f"2026-11-{day} 10:00")) for day in (23, 24, 25, 26)]
    assert fitting == [False, True, True, False]


def test_times_are_the_clocks_of_that_day():
    # Summer time ends on 25 October 2026: the same wall time is an hour later in UTC.
    sunday = span(Window(6, FROM, TO))
    assert sunday.pieces(hour("2026-10-18 12:00"))[0].starts_at == dt.datetime(2026, 10, 18, 14, tzinfo=dt.UTC)
    assert sunday.pieces(hour("2026-10-25 12:00"))[0].starts_at == dt.datetime(2026, 10, 25, 15, tzinfo=dt.UTC)


def test_the_hour_that_spring_skips_is_in_no_window():
    night = span(Window(None, dt.time(2), dt.time(5)))
    (piece,) = night.pieces(hour("2027-03-28 12:00"))
    assert piece == Interval(moment("2027-03-28 02:00"), moment("2027-03-28 05:00"))
    assert piece.minutes == 120
    assert span(Window(None, dt.time(3), dt.time(4))).pieces(hour("2027-03-28 12:00")) == []


def test_the_hour_that_autumn_repeats_suits_both_times():
    night = span(Window(None, dt.time(3), dt.time(3, 30)))
    first, second = night.pieces(hour("2026-10-25 12:00"))
    assert (first.minutes, second.minutes) == (30, 30)
    assert second.starts_at - first.starts_at == dt.timedelta(hours=1)
    assert span(Window(None, dt.time(3), dt.time(4))).pieces(hour("2026-10-25 12:00"))[0].minutes == 120


def test_the_first_that_suit_are_found_in_order():
    times = [hour(f"2026-11-{day} {clock}:00") for day in (24, 25) for clock in (16, 17, 18)]
    times += [hour("2026-12-01 18:00")]
    assert EVENING.first_that_suits(times, 2) == [hour("2026-11-24 17:00"), hour("2026-11-24 18:00")]
    assert EVENING.first_that_suits(times, 9)[-1] == hour("2026-12-01 18:00")
    assert EVENING.first_that_suits([]) == []


def test_a_window_is_as_long_as_its_clock_says():
    assert Window(None, FROM, TO).minutes == 180
    assert Window(None, dt.time(), dt.time(23, 59)).minutes == 24 * 60
