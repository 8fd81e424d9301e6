"""The same hours in any zone, on both days when clocks change, and over midnight."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.time import Interval, zone
from scheduling import slots
from scheduling.slots.clock import stretches
from tests.factories import create_client, create_coach, create_override, create_session, create_time_off, hour, moment
from tests.scheduling.free_times import day_of, shown, starts

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"
SPRING, AUTUMN = "2027-03-28", "2026-10-25"  # both Sundays, in Athens
BEFORE_SPRING, BEFORE_AUTUMN = moment("2027-03-20 12:00"), moment("2026-10-20 12:00")


def sundays(*hours, **settings):
    return create_coach(hours=[(6, *pair) for pair in hours], **settings)


@pytest.mark.django_db
class TestSpring:
    """At 03:00 clocks in Athens are put forward to 04:00."""

    def test_the_hour_that_is_skipped_has_no_slots(self):
        coach = sundays(("02:00", "06:00"))
        assert starts(coach, SPRING, now=BEFORE_SPRING) == ["02:00", "02:30", "04:00", "04:30", "05:00"]

    def test_lengths_are_real_minutes(self):
        (*_, slot) = slots.free(sundays(("02:30", "04:20")), day_of(SPRING), now=BEFORE_SPRING)
        assert (shown(slot.starts_at), shown(slot.ends_at), slot.minutes) == ("02:30", "04:20", 50)

    def test_an_opening_that_begins_in_the_gap_begins_when_clocks_go_on(self):
        assert starts(sundays(("03:30", "05:30")), SPRING, now=BEFORE_SPRING) == ["04:00", "04:30"]

    def test_an_opening_that_ends_in_the_gap_ends_when_clocks_stop(self):
        assert starts(sundays(("02:00", "03:30")), SPRING, now=BEFORE_SPRING) == ["02:00"]

    def test_an_opening_wholly_in_the_gap_does_not_exist(self):
        coach = sundays(("03:10", "03:50"))
        assert starts(coach, SPRING, 5, now=BEFORE_SPRING) == []
        assert starts(coach, "2027-04-04", 5, now=BEFORE_SPRING) == ["03:10", "03:40"]

    def test_the_hours_of_an_override_are_cut_alike(self):
        coach = sundays(("12:00", "13:00"))
        create_override(coach=coach, date=SPRING, starts_at="03:30", ends_at="05:00")
        assert starts(coach, SPRING, now=BEFORE_SPRING) == ["04:00"]

    def test_the_hours_of_the_days_beside_stay_where_they_are(self):
        coach = create_coach(hours=[(weekday, "09:00", "10:00") for weekday in range(7)])
        week = Interval(moment("2027-03-26 00:00"), moment("2027-03-31 00:00"))
        found = slots.free(coach, week, now=BEFORE_SPRING)
        assert {shown(slot.starts_at) for slot in found} == {"09:00"}
        assert [slot.starts_at.hour for slot in found] == [7, 7, 6, 6, 6]


@pytest.mark.django_db
class TestAutumn:
    """At 04:00 clocks in Athens are put back to 03:00."""

    def test_the_hour_that_is_repeated_has_slots_twice(self):
        found = starts(sundays(("02:00", "05:00")), AUTUMN, now=BEFORE_AUTUMN)
        assert found == ["02:00", "02:30", "03:00", "03:30", "03:00", "03:30", "04:00"]

    def test_lengths_are_real_minutes(self):
        slot = slots.free(sundays(("02:00", "05:00")), day_of(AUTUMN), now=BEFORE_AUTUMN)[3]
        assert (shown(slot.starts_at), shown(slot.ends_at), slot.minutes) == ("03:30", "03:20", 50)

    def test_it_is_open_whenever_the_clock_shows_an_open_hour(self):
        assert slots.opening(sundays(("03:30", "04:30")), day_of(AUTUMN)) == [
            Interval(moment("2026-10-25 00:30", zone="UTC"), moment("2026-10-25 01:00", zone="UTC")),
            Interval(moment("2026-10-25 01:30", zone="UTC"), moment("2026-10-25 02:30", zone="UTC")),
        ]

    def test_a_session_in_the_first_of_the_two_leaves_the_second_free(self):
        coach = sundays(("03:00", "04:00"))
        first = moment("2026-10-25 00:00", zone="UTC")
        create_session(coach=coach, client=create_client(of=coach), at=first, minutes=60)
        (slot,) = slots.free(coach, day_of(AUTUMN), now=BEFORE_AUTUMN)
        assert slot.starts_at == first + dt.timedelta(hours=1)

    def test_a_range_given_in_local_times_is_measured_in_real_time(self):
        athens = zone("Europe/Athens")
        early = dt.datetime(2026, 10, 25, 3, 30, tzinfo=athens)
        between = Interval(early, dt.datetime(2026, 10, 25, 3, 45, fold=1, tzinfo=athens))
        found = slots.free(sundays(("02:00", "05:00")), between, now=BEFORE_AUTUMN)
        assert [slot.starts_at.astimezone(dt.UTC).strftime("%H:%M") for slot in found] == ["00:30", "01:00", "01:30"]


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["Pacific/Auckland", "Pacific/Kiritimati", "America/Sao_Paulo", "Asia/Kathmandu"])
def test_hours_are_those_of_the_coachs_zone(where):
    coach = create_coach(hours=[(0, "00:00", "01:00"), (0, "22:00", "23:59")], zone=where)
    create_time_off(coach=coach, starts=f"{MONDAY} 22:00", ends=f"{MONDAY} 22:30")
    assert starts(coach, MONDAY) == ["00:00", "22:30", "23:00"]
    assert starts(coach, TUESDAY) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "date", "shows"),
    [
        ("Pacific/Auckland", "2026-09-27", ["01:30", "03:00", "03:30", "04:00"]),
        ("Pacific/Auckland", "2027-04-04", ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00", "03:30", "04:00"]),
        ("Australia/Lord_Howe", "2026-10-04", ["01:30", "02:30", "03:00", "03:30", "04:00"]),
        ("America/Sao_Paulo", "2018-11-04", ["01:30", "02:00", "02:30", "03:00", "03:30", "04:00"]),
    ],
)
def test_other_zones_change_their_clocks_in_their_own_way(where, date, shows):
    coach = sundays(("01:30", "04:30"), zone=where)
    assert starts(coach, date, 30, now=moment(f"{date} 00:00", zone="UTC") - dt.timedelta(days=7)) == shows


@pytest.mark.django_db
def test_a_midnight_that_is_skipped_opens_the_day_an_hour_later():
    coach = sundays(("00:00", "02:00"), zone="America/Sao_Paulo")
    now = moment("2018-11-01 12:00", zone="UTC")
    assert starts(coach, "2018-11-04", 30, now=now) == ["01:00", "01:30"]


@pytest.mark.django_db
class TestMidnight:
    def test_the_last_minute_stands_for_midnight(self):
        assert starts(create_coach(hours=[(0, "22:00", "23:59")]), MONDAY, 60) == ["22:00", "22:30", "23:00"]
        assert starts(create_coach(hours=[(0, "22:00", "23:58")]), MONDAY, 60) == ["22:00", "22:30"]

    def test_a_slot_may_last_over_midnight_and_belongs_to_the_day_it_starts_on(self):
        coach = create_coach(hours=[(0, "23:00", "23:59"), (1, "00:00", "01:00")])
        assert starts(coach, MONDAY) == ["23:00", "23:30"]
        assert starts(coach, TUESDAY) == ["00:00"]

    def test_a_coach_who_never_closes_begins_the_step_anew_each_day(self):
        coach = create_coach(hours=[(weekday, "00:00", "23:59") for weekday in range(7)], step=100)
        each_day = [f"{hours:02}:{minutes:02}" for hours, minutes in (divmod(at, 60) for at in range(0, 1440, 100))]
        week = Interval(moment(f"{MONDAY} 07:00"), moment("2026-11-30 00:00"))
        found = slots.free(coach, week, now=BEFORE_AUTUMN)
        assert [shown(slot.starts_at) for slot in found] == each_day[5:] + each_day * 6
        assert slots.opening(coach, week) == [week]

    def test_a_session_from_the_day_before_reaches_in(self):
        coach = create_coach(hours=[(1, "00:00", "03:00")])
        create_session(coach=coach, client=create_client(of=coach), at=f"{MONDAY} 23:30", minutes=60)
        assert starts(coach, TUESDAY) == ["00:30", "01:00", "01:30", "02:00"]
        assert slots.explain(coach, hour(f"{TUESDAY} 00:00"), now=BEFORE_AUTUMN)[0].code == "session"


@given(
    where=st.sampled_from(["Europe/Athens", "Pacific/Auckland", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]),
    day=st.dates(dt.date(1990, 1, 1), dt.date(2037, 1, 1)),
    days=st.integers(1, 370),
)
def test_stretches_cover_the_span_and_know_the_clock(where, day, days):
    begin = dt.datetime.combine(day, dt.time(), dt.UTC)
    span = Interval(begin, begin + dt.timedelta(days=days))
    found = stretches(zone(where), span)
    assert (found[0].starts_at, found[-1].ends_at) == (span.starts_at, span.ends_at)
    for one, other in pairwise(found):
        assert one.ends_at == other.starts_at
        assert one.ahead != other.ahead
    for piece in found:
        for at in (piece.starts_at, piece.ends_at - dt.timedelta(seconds=1)):
            assert at.astimezone(zone(where)).utcoffset() == piece.ahead
