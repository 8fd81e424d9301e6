"""Public holidays in the engine: they close the weekly hours of their date, for coaches who keep them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from config.kernel import time
from config.kernel.time import Interval
from scheduling import rules, slots
from tests.factories import NOW, create_coach, create_override, create_time_off, hour, moment
from tests.scheduling.free_times import day_of, starts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

# Good Friday, Easter Monday and the Labour Day that gave way to them; in 2026 Ochi Day is a Wednesday.
OCHI, DAY_BEFORE, DAY_AFTER = "2026-10-28", "2026-10-27", "2026-10-29"
OCTOBER = moment("2026-10-20 09:00")
ALL_DAY = [(weekday, "00:00", "23:59") for weekday in range(7)]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def keeper():
    """Every workday 09:00–11:00, closed on holidays."""
    return create_coach(hours=[(weekday, "09:00", "11:00") for weekday in range(5)], holidays=True, horizon=300)


def why(coach, at, *, minutes=50, now=OCTOBER):
    return slots.explain(coach, hour(at, minutes=minutes, zone=coach.time_zone), now=now)


def codes(*args, **asked):
    return [obstacle.code for obstacle in why(*args, **asked)]


def words(*args, **asked):
    return [obstacle.words for obstacle in why(*args, **asked)]


def test_a_holiday_has_no_free_times_and_the_days_beside_it_do(keeper):
    assert starts(keeper, OCHI, now=OCTOBER) == []
    assert (
        starts(keeper, DAY_BEFORE, now=OCTOBER) == starts(keeper, DAY_AFTER, now=OCTOBER) == ["09:00", "09:30", "10:00"]
    )


def test_a_coach_who_stays_open_has_them_all(keeper):
    keeper.closed_on_holidays = False
    assert starts(keeper, OCHI, now=OCTOBER) == ["09:00", "09:30", "10:00"]
    assert why(keeper, f"{OCHI} 09:00") == []


def test_easter_moves_and_its_days_are_closed_with_it(keeper):
    def open_days(first, last):
        span = Interval(day_of(first).starts_at, day_of(last).ends_at)
        return [f"{each.starts_at:%m-%d}" for each in slots.opening(keeper, span)]

    assert open_days("2026-04-06", "2026-04-14") == ["04-06", "04-07", "04-08", "04-09", "04-14"]
    assert open_days("2027-04-26", "2027-05-05") == ["04-26", "04-27", "04-28", "04-29", "05-05"]


def test_hours_of_that_very_date_win_over_the_holiday(keeper):
    create_override(coach=keeper, date=OCHI, starts_at="16:00", ends_at="17:00")
    assert starts(keeper, OCHI, now=OCTOBER) == ["16:00"]
    assert why(keeper, f"{OCHI} 16:00") == []
    assert words(keeper, f"{OCHI} 09:00") == ["Outside your hours. Wednesday is open 16:00–17:00."]


def test_a_date_that_is_closed_by_hand_is_closed_by_hand(keeper):
    create_override(coach=keeper, date=OCHI)
    assert words(keeper, f"{OCHI} 09:00") == ["Outside your hours. Wednesday is closed."]


def test_other_coaches_hours_of_that_date_open_nothing(keeper):
    create_override(coach=create_coach(), date=OCHI, starts_at="09:00", ends_at="11:00")
    assert starts(keeper, OCHI, now=OCTOBER) == []
    assert codes(keeper, f"{OCHI} 09:00") == ["holiday"]


def test_the_holiday_is_the_reason_and_takes_the_place_of_the_hours(keeper):
    (obstacle,) = why(keeper, f"{OCHI} 09:00")
    assert (obstacle.code, obstacle.blocks, obstacle.facts) == ("holiday", False, {"date": dt.date(2026, 10, 28)})
    assert obstacle.words == "Closed: Ochi Day. Wednesday 28 October is a public holiday."
    assert words(keeper, f"{OCHI} 23:00") == [obstacle.words]
    assert not rules.is_taken([obstacle])


def test_the_holiday_is_said_in_greek_to_greeks(keeper):
    with translation.override("el"):
        assert words(keeper, f"{OCHI} 09:00") == ["Κλειστά: Επέτειος του Όχι. Τετάρτη 28 Οκτωβρίου: αργία."]


def test_a_holiday_on_a_day_without_hours_is_still_the_reason(keeper):
    assert words(keeper, "2026-12-26 09:00") == [
        "Closed: Second day of Christmas. Saturday 26 December is a public holiday."
    ]


def test_a_coach_without_any_hours_hears_only_of_that():
    assert codes(create_coach(hours=[], holidays=True), f"{OCHI} 09:00") == ["no_hours"]


def test_everything_else_is_said_besides(keeper):
    create_time_off(coach=keeper, starts=f"{OCHI} 00:00", ends=f"{DAY_AFTER} 00:00")
    assert codes(keeper, f"{OCHI} 09:00", now=NOW) == ["time_off", "holiday", "past"]


class TestOverMidnight:
    def test_into_a_holiday_only_the_holiday_is_in_the_way(self):
        coach = create_coach(hours=ALL_DAY, holidays=True)
        assert codes(coach, f"{DAY_BEFORE} 23:00", minutes=60) == []
        assert codes(coach, f"{DAY_BEFORE} 23:30", minutes=60) == ["holiday"]

    def test_out_of_a_holiday_the_next_day_has_its_own_hours(self):
        coach = create_coach(hours=ALL_DAY, holidays=True)
        assert codes(coach, f"{OCHI} 23:30", minutes=60) == ["holiday"]
        late = create_coach(hours=[(3, "09:00", "17:00")], holidays=True)
        (holiday, outside) = why(late, f"{OCHI} 23:30", minutes=60)
        assert (holiday.code, outside.code, outside.facts["minutes"]) == ("holiday", "outside_hours", 30)
        assert outside.words == "Outside your hours. Thursday is open 09:00–17:00."

    def test_two_holidays_in_a_row_are_both_said(self):
        coach = create_coach(hours=ALL_DAY, holidays=True)
        assert [obstacle.headline for obstacle in why(coach, "2026-12-25 23:30", minutes=60)] == [
            "Closed: Christmas",
            "Closed: Second day of Christmas",
        ]


@pytest.mark.parametrize("where", ["America/New_York", "Pacific/Apia", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_a_holiday_is_a_date_of_the_coachs_own_clock(where):
    coach = create_coach(hours=ALL_DAY, zone=where, holidays=True)
    open_hours = slots.opening(coach, Interval(day_of(DAY_BEFORE).starts_at, day_of("2026-10-30").ends_at))
    ochi = time.day_bounds(dt.date(2026, 10, 28), time.zone(where))
    before, after = open_hours
    assert (before.ends_at, after.starts_at) == (ochi.starts_at, ochi.ends_at)


def test_suggestions_pass_a_holiday_over(keeper):
    near = hour(f"{DAY_BEFORE} 10:00")
    days = {
        slot.starts_at.date().isoformat()
        for slot in slots.suggest(keeper, near=near, now=OCTOBER, for_client=None, count=20)
    }
    assert {DAY_BEFORE, DAY_AFTER} < days
    assert OCHI not in days


@pytest.mark.parametrize("country", ["", "XX"])
def test_without_a_country_there_are_no_holidays(keeper, settings, country):
    settings.PRACTICE_COUNTRY = country
    assert starts(keeper, OCHI, now=OCTOBER) == ["09:00", "09:30", "10:00"]
