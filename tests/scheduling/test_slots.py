"""Free times: what is open, less what is away, booked, held, too soon or too far."""

from __future__ import annotations

import datetime as dt

import pytest

from config.kernel.time import Interval
from scheduling import slots
from scheduling.states import SessionStatus
from tests.factories import (
    NOW,
    create_care,
    create_client,
    create_coach,
    create_override,
    create_session,
    create_time_off,
    create_user,
    hour,
    moment,
)
from tests.scheduling.free_times import day_of, starts

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, SATURDAY = "2026-11-23", "2026-11-24", "2026-11-28"
MORNING = [(0, "09:00", "12:00")]
ALL_OF_MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00"]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def mornings():
    """Mondays 09:00–12:00, sessions of 50 minutes, a start every 30."""
    return create_coach(hours=MORNING)


@pytest.fixture
def maria(mornings):
    return create_client(of=mornings, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(mornings):
    return create_client(of=mornings, full_name="Nikos Georgiou")


def test_starts_lie_on_the_step_and_the_last_ends_with_the_opening(mornings):
    assert starts(mornings, MONDAY) == ALL_OF_MORNING
    assert starts(mornings, MONDAY, 60) == ALL_OF_MORNING
    assert starts(mornings, MONDAY, 61) == ["09:00", "09:30", "10:00", "10:30"]


def test_each_slot_is_as_long_as_asked_and_in_utc(mornings):
    (first, *_) = slots.free(mornings, day_of(MONDAY), 80, now=NOW)
    assert first == Interval(moment(f"{MONDAY} 09:00"), moment(f"{MONDAY} 10:20"))
    assert first.starts_at.tzinfo is dt.UTC


def test_a_weekday_without_hours_has_nothing(mornings):
    assert starts(mornings, TUESDAY) == []


def test_a_coach_may_be_given_as_user(mornings):
    assert slots.free(mornings.user, day_of(MONDAY), now=NOW) == slots.free(mornings, day_of(MONDAY), now=NOW)


def test_without_hours_or_without_being_a_coach_nothing_is_free():
    assert starts(create_coach(hours=[]), MONDAY) == []
    assert slots.free(create_user(), day_of(MONDAY), now=NOW) == []


def test_the_step_counts_from_each_opening():
    coach = create_coach(hours=[(0, "09:10", "11:00"), (0, "16:15", "18:00")], step=45)
    assert starts(coach, MONDAY) == ["09:10", "09:55", "16:15", "17:00"]


def test_the_step_does_not_depend_on_where_the_question_begins(mornings):
    between = Interval(moment(f"{MONDAY} 09:10"), moment(f"{MONDAY} 10:30"))
    assert slots.free(mornings, between, now=NOW) == [hour(f"{MONDAY} 09:30"), hour(f"{MONDAY} 10:00")]


def test_hours_that_touch_are_one_opening():
    coach = create_coach(hours=[(0, "09:00", "10:40"), (0, "10:40", "12:00")])
    assert starts(coach, MONDAY) == ALL_OF_MORNING


def test_an_override_stands_in_place_of_the_weekly_hours(mornings):
    create_override(coach=mornings, date=MONDAY, starts_at="16:00", ends_at="17:30")
    create_override(coach=mornings, date=TUESDAY, starts_at="10:00", ends_at="11:00")
    assert starts(mornings, MONDAY) == ["16:00", "16:30"]
    assert starts(mornings, TUESDAY) == ["10:00"]


def test_an_override_without_times_closes_that_date_alone(mornings):
    create_override(coach=mornings, date=MONDAY)
    assert starts(mornings, MONDAY) == []
    assert starts(mornings, "2026-11-30") == ALL_OF_MORNING


def test_another_coachs_hours_and_closures_do_not_matter(mornings):
    other = create_coach(hours=[(0, "16:00", "18:00")])
    create_override(coach=other, date=MONDAY)
    create_time_off(coach=other, starts=f"{MONDAY} 00:00", ends=f"{TUESDAY} 00:00")
    create_session(coach=other, client=create_client(of=other), at=f"{MONDAY} 09:00")
    assert starts(mornings, MONDAY) == ALL_OF_MORNING


def test_time_off_takes_its_piece_and_the_step_begins_anew_after_it(mornings):
    create_time_off(coach=mornings, starts=f"{MONDAY} 09:40", ends=f"{MONDAY} 10:15")
    assert starts(mornings, MONDAY, 30) == ["09:00", "10:15", "10:45", "11:15"]


def test_time_off_over_days_closes_them(mornings):
    create_time_off(coach=mornings, starts="2026-11-20 00:00", ends="2026-11-25 00:00")
    assert starts(mornings, MONDAY) == []


def test_a_session_takes_its_hour_and_touching_is_free(mornings, maria):
    create_session(coach=mornings, client=maria, at=f"{MONDAY} 10:00", minutes=30)
    assert starts(mornings, MONDAY, 30) == ["09:00", "09:30", "10:30", "11:00", "11:30"]


@pytest.mark.parametrize("status", [SessionStatus.COMPLETED, SessionStatus.NO_SHOW])
def test_a_finished_session_keeps_its_hour(mornings, maria, status):
    create_session(coach=mornings, client=maria, at=f"{MONDAY} 10:00", minutes=120, status=status)
    assert starts(mornings, MONDAY) == ["09:00"]


def test_a_cancelled_session_gives_its_hour_back(mornings, maria):
    create_session(coach=mornings, client=maria, at=f"{MONDAY} 10:00", status=SessionStatus.CANCELLED)
    assert starts(mornings, MONDAY) == ALL_OF_MORNING


def test_a_pause_is_kept_on_both_sides_of_a_session():
    coach = create_coach(hours=MORNING, step=5, buffer=15)
    create_session(coach=coach, client=create_client(of=coach), at=f"{MONDAY} 10:20", minutes=30)
    found = starts(coach, MONDAY, 30)
    assert found[:8] == ["09:00", "09:05", "09:10", "09:15", "09:20", "09:25", "09:30", "09:35"]
    assert found[8:] == ["11:05", "11:10", "11:15", "11:20", "11:25", "11:30"]


def test_a_pause_reaches_over_from_a_session_outside_the_hours():
    coach = create_coach(hours=MORNING, buffer=20)
    create_session(coach=coach, client=create_client(of=coach), at=f"{MONDAY} 08:00", minutes=50)
    assert starts(coach, MONDAY) == ["09:30", "10:00", "10:30", "11:00"]


def test_ignoring_a_session_frees_its_own_hour(mornings, maria, nikos):
    moved = create_session(coach=mornings, client=maria, at=f"{MONDAY} 10:00")
    create_session(coach=mornings, client=nikos, at=f"{MONDAY} 11:00")
    assert starts(mornings, MONDAY) == ["09:00"]
    assert starts(mornings, MONDAY, ignoring=moved, for_client=maria) == ["09:00", "09:30", "10:00"]


def test_for_a_client_their_sessions_with_anybody_are_in_the_way(mornings, maria, nikos):
    other = create_coach(buffer=60)
    create_care(client=maria, provider=other)
    create_session(coach=other, client=maria, at=f"{MONDAY} 09:00", minutes=60)
    assert starts(mornings, MONDAY) == ALL_OF_MORNING
    assert starts(mornings, MONDAY, for_client=nikos) == ALL_OF_MORNING
    assert starts(mornings, MONDAY, for_client=maria) == ["10:00", "10:30", "11:00"]


def test_a_cancelled_session_with_somebody_else_is_not_in_the_way(mornings, maria):
    other = create_coach()
    create_care(client=maria, provider=other)
    create_session(coach=other, client=maria, at=f"{MONDAY} 09:00", status=SessionStatus.CANCELLED)
    assert starts(mornings, MONDAY, for_client=maria) == ALL_OF_MORNING


def test_the_notice_and_the_present_close_what_is_too_soon():
    coach = create_coach(hours=MORNING, notice=60)
    now = moment(f"{MONDAY} 09:00")
    assert starts(coach, MONDAY, now=now) == ["10:00", "10:30", "11:00"]
    assert starts(coach, MONDAY, now=now + MINUTE) == ["10:30", "11:00"]
    assert starts(coach, MONDAY, now=moment(f"{TUESDAY} 09:00")) == []


def test_the_horizon_closes_what_starts_too_far_ahead():
    coach = create_coach(hours=MORNING, horizon=7)
    now = moment("2026-11-16 10:00")
    assert starts(coach, MONDAY, now=now) == ["09:00", "09:30"]
    assert starts(coach, MONDAY, now=now + MINUTE) == ["09:00", "09:30", "10:00"]


def test_a_range_that_is_too_long_or_a_length_that_no_session_has_is_refused(mornings):
    year = Interval(NOW, NOW + dt.timedelta(days=366))
    assert slots.free(mornings, year, now=NOW)
    longer = Interval(NOW, year.ends_at + MINUTE)
    for ask in (slots.opening, slots.closures):
        with pytest.raises(ValueError):
            ask(mornings, longer)
    for ask in (slots.free, slots.explain):
        with pytest.raises(ValueError):
            ask(mornings, longer, now=NOW)
    for minutes in (0, 4, 481):
        with pytest.raises(ValueError):
            slots.free(mornings, day_of(MONDAY), minutes, now=NOW)
    with pytest.raises(ValueError):
        slots.opening(mornings, hour("9999-12-30 10:00"))


def test_opening_is_the_hours_without_time_off_cut_to_the_range(mornings, maria):
    create_session(coach=mornings, client=maria, at=f"{MONDAY} 11:00")
    create_time_off(coach=mornings, starts=f"{MONDAY} 10:00", ends=f"{MONDAY} 10:30")
    between = Interval(moment(f"{MONDAY} 09:15"), moment(f"{TUESDAY} 00:00"))
    assert slots.opening(mornings, between) == [
        Interval(moment(f"{MONDAY} 09:15"), moment(f"{MONDAY} 10:00")),
        Interval(moment(f"{MONDAY} 10:30"), moment(f"{MONDAY} 12:00")),
    ]
    assert slots.opening(create_user(), between) == []


def test_closures_are_the_times_off_that_touch_the_range_with_their_reasons(mornings):
    create_time_off(coach=mornings, starts="2026-11-25 00:00", ends="2026-11-27 00:00", reason="Course")
    create_time_off(coach=mornings, starts="2026-11-20 00:00", ends=f"{MONDAY} 12:00")
    create_time_off(coach=mornings, starts="2026-12-20 00:00", ends="2027-01-04 00:00", reason="Winter break")
    week = Interval(moment(f"{MONDAY} 00:00"), moment("2026-11-30 00:00"))
    assert [(closure.reason, closure.during.starts_at) for closure in slots.closures(mornings, week)] == [
        ("", moment("2026-11-20 00:00")),
        ("Course", moment("2026-11-25 00:00")),
    ]
    assert slots.closures(create_user(), week) == []
