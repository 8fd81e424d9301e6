from __future__ import annotations

import pytest

from tests.raw import CHECK, COACH, EXCLUDED, insert, update

RULE, OVERRIDE, AWAY = "scheduling_availabilityrule", "scheduling_availabilityoverride", "scheduling_timeoff"
OPENED = "scheduling_openedtime"


def weekly(coach, weekday, starts, ends):
    return {"coach_id": coach, "weekday": weekday, "starts_at": starts, "ends_at": ends}


def on(coach, date, starts=None, ends=None):
    return {"coach_id": coach, "date": date, "starts_at": starts, "ends_at": ends}


def test_weekly_hours_of_a_coach_do_not_overlap(raw):
    coach, other = raw.coach(), raw.coach()
    for row in (
        weekly(coach, 0, "09:00", "13:00"),
        weekly(coach, 0, "13:00", "17:00"),
        weekly(coach, 1, "09:00", "13:00"),
        weekly(other, 0, "09:00", "13:00"),
    ):
        raw.make(RULE, **row)
    raw.refused(EXCLUDED, "rule_no_overlap", insert(RULE, **weekly(coach, 0, "12:30", "13:30")))


@pytest.mark.parametrize("weekday", [-1, 7])
def test_weekly_hours_are_on_a_known_day(raw, weekday):
    raw.refused(CHECK, "rule_weekday_known", insert(RULE, **weekly(raw.coach(), weekday, "09:00", "10:00")))


@pytest.mark.parametrize("ends", ["10:00", "09:00"])
def test_weekly_hours_end_after_they_start(raw, ends):
    raw.refused(CHECK, "rule_ends_after_start", insert(RULE, **weekly(raw.coach(), 2, "10:00", ends)))


@pytest.mark.parametrize(("starts", "ends"), [("10:00", None), (None, "10:00"), ("10:00", "10:00"), ("10:00", "09:00")])
def test_override_has_two_times_or_none(raw, starts, ends):
    raw.refused(CHECK, "override_times_or_closed", insert(OVERRIDE, **on(raw.coach(), "2027-03-02", starts, ends)))


def test_overrides_of_a_day_do_not_overlap_and_closed_is_the_whole_day(raw):
    coach, other = raw.coach(), raw.coach()
    for row in (
        on(coach, "2027-03-02", "09:00", "12:00"),
        on(coach, "2027-03-02", "12:00", "14:00"),
        on(coach, "2027-03-03"),
        on(other, "2027-03-02"),
    ):
        raw.make(OVERRIDE, **row)
    for row in (
        on(coach, "2027-03-02", "11:00", "13:00"),
        on(coach, "2027-03-02"),
        on(coach, "2027-03-03", "18:00", "19:00"),
        on(coach, "2027-03-03"),
    ):
        raw.refused(EXCLUDED, "override_no_overlap", insert(OVERRIDE, **row))


@pytest.mark.parametrize(
    "during",
    ["empty", "[2027-03-02,)", "(,2027-03-02)", "[2027-03-02,infinity)", "[2027-03-02,2027-03-03]"],
)
def test_time_off_is_sane(raw, during):
    raw.refused(CHECK, "time_off_is_sane", insert(AWAY, coach_id=raw.coach(), during=during))
    raw.refused(CHECK, "opened_is_sane", insert(OPENED, provider_id=raw.coach(), during=during))


def test_time_off_may_last_a_month_or_a_minute(raw):
    coach = raw.coach()
    raw.make(AWAY, coach_id=coach, during="[2027-08-01 00:00+03,2027-09-01 00:00+03)")
    raw.make(AWAY, coach_id=coach, during="[2027-08-01 00:00+03,2027-08-01 00:01+03)")
    raw.commit()


def test_feed_names_are_known(raw):
    raw.refused(CHECK, "coach_feed_names_known", update(COACH, raw.coach(), key="user_id", feed_names="all"))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("session_minutes", (4, 481)),
        ("slot_step_minutes", (4, 241)),
    ],
)
def test_lengths_are_in_reason(raw, column, values):
    coach = raw.coach()
    for value in values:
        raw.refused(CHECK, "coach_minutes_in_reason", update(COACH, coach, key="user_id", **{column: value}))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("buffer_minutes", (-1, 241)),
        ("notice_minutes", (-1, 43_201)),
        ("horizon_days", (0, 731)),
    ],
)
def test_limits_are_in_reason(raw, column, values):
    coach = raw.coach()
    for value in values:
        raw.refused(CHECK, "coach_limits_in_reason", update(COACH, coach, key="user_id", **{column: value}))


def test_coachs_price_is_not_negative(raw):
    raw.refused(CHECK, "coach_price_not_negative", update(COACH, raw.coach(), key="user_id", price="-1"))
