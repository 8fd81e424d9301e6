"""What a calendar file says of a zone, read by a library that has only that to go by."""

from __future__ import annotations

import datetime as dt
import io
import zoneinfo

import pytest
from dateutil.tz import tzical

from scheduling.calendar_zones import clocks_of
from tests.factories import ATHENS

FIRST, LAST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 12, 31, tzinfo=dt.UTC)
# A rule for both changes, each of the two hemispheres; none for Ramadan; the law the other way round; half an hour;
# a change at midnight; never any.
ZONES = (
    ATHENS, "America/New_York", "Australia/Sydney", "Africa/Casablanca", "Europe/Dublin", "Australia/Lord_Howe",
    "America/Santiago", "Asia/Jerusalem", "Asia/Gaza", "Asia/Kolkata", "Asia/Tokyo", "Etc/GMT+5",
)  # fmt: skip


def written(name, first=FIRST, last=LAST):
    return clocks_of(zoneinfo.ZoneInfo(name), first, last).to_ical().decode()


def moments(name):
    """Every six hours of two years, and every quarter of an hour around each change of the clocks."""
    where, at = zoneinfo.ZoneInfo(name), FIRST
    while at < LAST:
        until = at + dt.timedelta(hours=6)
        if at.astimezone(where).utcoffset() == until.astimezone(where).utcoffset():
            yield at
        else:
            yield from (at + quarter * dt.timedelta(minutes=15) for quarter in range(-8, 32))
        at = until


@pytest.mark.parametrize("name", ZONES)
def test_reader_knows_every_moment_of_it(name):
    where, theirs = zoneinfo.ZoneInfo(name), tzical(io.StringIO(written(name))).get(name)
    for at in moments(name):
        local = at.astimezone(where)
        # What a clock shows for the second time cannot be written by the clock.
        if not local.fold:
            assert local.replace(tzinfo=theirs).utcoffset() == local.utcoffset(), local


def test_changes_of_athens_are_a_rule_from_the_last_hour_before_each():
    assert "DTSTART:20250330T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n" in written(ATHENS)
    assert "DTSTART:20251026T040000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n" in written(ATHENS)


def test_second_sunday_is_told_from_the_last():
    assert "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3" in written("America/New_York")


def test_zone_whose_clocks_never_change_is_written_once():
    tokyo = written("Asia/Tokyo")
    assert (tokyo.count("BEGIN:STANDARD"), tokyo.count("BEGIN:DAYLIGHT")) == (1, 0)
    assert "TZOFFSETTO:+0900" in tokyo


def test_changes_without_a_rule_are_listed_for_as_long_as_they_are_needed():
    casablanca = written("Africa/Casablanca")
    assert "RRULE" not in casablanca
    assert {"20260215T030000", "20260322T020000", "20270207T030000"} <= {
        line.removeprefix("DTSTART:") for line in casablanca.splitlines()
    }
