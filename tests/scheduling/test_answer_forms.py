from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from config.kernel.time import Interval
from scheduling.answer_forms import AnswerForm

ATHENS = ZoneInfo("Europe/Athens")
pytestmark = pytest.mark.usefixtures("clock")


def form(*typed, offer="none_fits", **more):
    data = {"offer": offer}
    for number, (day, at) in enumerate(typed, 1):
        data |= {f"own_day_{number}": day, f"own_at_{number}": at}
    return AnswerForm(data | more, may_keep=True, minutes=50, where=ATHENS)


def said(filled):
    assert not filled.is_valid()
    return filled.own_errors


def at(hour, minute=0, day=24):
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=ATHENS)


def test_times_are_by_the_coachs_clock_and_as_long_as_the_session():
    filled = form(("2026-11-24", "17:30"), ("", ""), ("2026-11-25", "9"))
    assert filled.is_valid()
    assert filled.answer().times == (Interval.lasting(at(17, 30), 50), Interval.lasting(at(9, day=25), 50))


def test_none_need_be_written():
    assert form().is_valid()


@pytest.mark.parametrize("typed", [("2026-11-24", ""), ("", "17:30")])
def test_half_a_time_is_no_time(typed):
    assert said(form(typed)) == ["A time of your own needs a day and an hour."]


@pytest.mark.parametrize("typed", [("2026-11-19", "17:30"), ("2026-11-20", "10:59"), ("0001-01-01", "00:00")])
def test_past_is_past(typed):
    assert said(form(typed)) == ["This time is past. Choose one that is still to come."]


@pytest.mark.parametrize("day", ["2027-11-22", "9999-12-31"])
def test_day_is_within_a_year(day):
    assert said(form((day, "10:00"))) == ["Choose a day within the next year."]


@pytest.mark.parametrize(("day", "hour"), [("2026-02-30", "10:00"), ("tomorrow", "10:00"), ("2026-11-24", "25:00")])
def test_what_is_no_time_is_said_to_be_none(day, hour):
    assert len(said(form((day, hour)))) == 1


def test_hour_that_the_clock_skips_is_none():
    (words,) = said(form(("2027-03-28", "03:30")))
    assert "there is no 03:30" in words


def test_same_time_twice_is_one_too_many():
    assert said(form(("2026-11-24", "17:30"), ("2026-11-24", "17.30"))) == ["This time is written twice."]


@pytest.mark.parametrize("offer", ["7", "keep"])
def test_who_picks_something_else_writes_no_times(offer):
    filled = form(("2026-11-24", ""), offer=offer)
    assert filled.is_valid()
    assert filled.answer().times == ()
