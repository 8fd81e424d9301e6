"""Instants, zones and intervals; the only clock of the house."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterator


class SkippedTime(ValueError):
    """A local time that the clock jumps over when summer time begins."""


def now() -> dt.datetime:
    """The present instant, aware, in UTC.  Actions are given it and never ask for it themselves."""
    return timezone.now()


def zone(name: str) -> zoneinfo.ZoneInfo:
    """The IANA zone of that name.

    Raises: zoneinfo.ZoneInfoNotFoundError for an unknown name."""
    return zoneinfo.ZoneInfo(name)


def instant(day: dt.date, at: dt.time, where: dt.tzinfo) -> dt.datetime:
    """The instant at which a clock in the zone shows that day and time.

    Of an hour that the autumn change repeats, `at.fold` chooses (0: the first).
    Raises: SkippedTime when no clock there ever shows it (the hour lost in spring)."""
    local = dt.datetime.combine(day, at, tzinfo=where)
    there_and_back = local.astimezone(dt.UTC).astimezone(where)
    if there_and_back.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise SkippedTime(f"{day} {at} does not exist in {where}")
    return local.astimezone(dt.UTC)


def day_bounds(day: dt.date, where: dt.tzinfo) -> Interval:
    """The interval from that local midnight to the next: 23, 24 or 25 hours long."""
    return Interval(_midnight(day, where), _midnight(day + dt.timedelta(days=1), where))


def monday_of(day: dt.date) -> dt.date:
    """The Monday of that day's week."""
    return day - dt.timedelta(days=day.weekday())


def _midnight(day: dt.date, where: dt.tzinfo) -> dt.datetime:
    # Some zones skip midnight itself; the conversion then gives the first instant that does exist.
    return dt.datetime.combine(day, dt.time(), tzinfo=where).astimezone(dt.UTC)


@dataclass(frozen=True, order=True)
class Interval:
    """A half-open piece of time `[starts_at, ends_at)`, both aware and kept in UTC.

    Raises: ValueError when it is empty, reversed or naive."""

    starts_at: dt.datetime
    ends_at: dt.datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("an interval needs aware instants")
        # Two instants of one zone are compared and subtracted by the wall; only in UTC does an hour stay an hour.
        # There are hundreds in a list of free times, and those are in UTC as they come.
        if self.starts_at.tzinfo is not dt.UTC or self.ends_at.tzinfo is not dt.UTC:
            object.__setattr__(self, "starts_at", self.starts_at.astimezone(dt.UTC))
            object.__setattr__(self, "ends_at", self.ends_at.astimezone(dt.UTC))
        if not self.starts_at < self.ends_at:
            raise ValueError("an interval ends after it starts")

    @classmethod
    def lasting(cls, starts_at: dt.datetime, minutes: int) -> Self:
        """From that instant, for so many real minutes (whatever the clocks do meanwhile)."""
        begin = starts_at.astimezone(dt.UTC)
        return cls(begin, begin + dt.timedelta(minutes=minutes))

    @classmethod
    def from_range(cls, during: DateTimeTZRange) -> Self:
        """The interval of a finite `tstzrange` as the database returns it."""
        return cls(during.lower, during.upper)

    def as_range(self) -> DateTimeTZRange:
        """The same as a `tstzrange` value, `[)`."""
        return DateTimeTZRange(self.starts_at, self.ends_at, "[)")

    @property
    def minutes(self) -> int:
        """Real minutes from start to end."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share an instant; touching is not overlapping."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def contains(self, other: Interval) -> bool:
        """Whether the other lies wholly inside."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at

    def days(self, where: dt.tzinfo) -> Iterator[dt.date]:
        """The local dates it touches, in order."""
        day = self.starts_at.astimezone(where).date()
        last = (self.ends_at - dt.timedelta(microseconds=1)).astimezone(where).date()
        while day <= last:
            yield day
            day += dt.timedelta(days=1)
