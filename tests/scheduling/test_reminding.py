from __future__ import annotations

import datetime as dt

import pytest

from scheduling.reminding import REMINDERS, reminder_of, version_of
from tests.factories import NOW

DAY, HOURS = REMINDERS


def test_every_beginning_has_versions_of_its_own():
    starts = [NOW + minutes * dt.timedelta(minutes=1) for minutes in range(3)]
    versions = [version_of(at, each) for at in starts for each in REMINDERS]
    assert len(set(versions)) == len(versions)
    assert [reminder_of(version) for version in versions] == [*REMINDERS] * 3


def test_version_fits_its_column_for_as_long_as_anybody_books():
    assert version_of(dt.datetime(2200, 1, 1, tzinfo=dt.UTC), HOURS) < 2**31


@pytest.mark.parametrize(
    ("which", "hours", "is_of_use"),
    [(DAY, 24.1, False), (DAY, 24, True), (DAY, 3, False), (HOURS, 2.1, False), (HOURS, 2, True), (HOURS, 0, False)],
)
def test_reminder_is_of_use_for_a_while(which, hours, is_of_use):
    assert which.is_of_use(NOW + dt.timedelta(hours=hours), NOW) is is_of_use
