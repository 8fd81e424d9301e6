"""Days drawn against the clock: which hours, and on each day what is booked, wished for, held, closed and free."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from config.kernel.time import Interval
from scheduling import holidays
from scheduling.queries import entries, layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scheduling.queries.calendar.reading import Reading
    from scheduling.queries.layout import Entry
    from scheduling.slots import Closure

# What is drawn when nothing says otherwise; a day never begins later, or ends earlier, than the last two.
FIRST_HOUR, LAST_HOUR, LATEST_FIRST, EARLIEST_LAST = 8, 20, 12, 14
# An hour's label gives way to the one that says now.
_NEAR_NOW = 20


@dataclass(frozen=True, kw_only=True)
class Day:
    """One column; on a phone, one part of the agenda."""

    date: dt.date
    entries: tuple[Entry, ...]
    # Why it is shut, in the coach's own words; may be empty.
    reason: str
    # Whether there is nothing on it but closed time.
    is_off: bool
    is_today: bool
    is_past: bool
    is_asked: bool = False
    # One of the few that are shown where there is no room for all.
    is_near: bool = False

    @property
    def holiday(self) -> str:
        """The public holiday on it, whether the coach keeps it or not; empty on any other day."""
        return holidays.name_of(self.date)

    @cached_property
    def sessions(self) -> int:
        """How many keep an hour on it."""
        return sum(entry.keeps for entry in self.entries)

    @cached_property
    def held(self) -> int:
        """How many hours are kept for somebody."""
        return sum(entry.until is not None for entry in self.entries)

    @property
    def free(self) -> list[Interval]:
        """The times on it that can be booked."""
        return [entry.during for entry in self.entries if entry.kind == "free"]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Days beside one another, and the hours that are drawn of them."""

    days: tuple[Day, ...]
    first_hour: int
    last_hour: int
    # The hours with a label: all that are drawn but the one beside now.
    hours: tuple[int, ...]
    # Only while it is one of the hours drawn.
    now: dt.datetime | None
    open_minutes: int
    booked_minutes: int
    has_hours: bool

    @property
    def sessions(self) -> int:
        """How many sessions keep an hour in it."""
        return sum(day.sessions for day in self.days)

    @property
    def booked_hours(self) -> int:
        """How many hours they keep, rounded."""
        return round(self.booked_minutes / 60)

    @property
    def open_hours(self) -> int:
        """How many hours are open, booked or not, rounded."""
        return round(self.open_minutes / 60)

    @property
    def is_shut(self) -> bool:
        """Whether there is nothing on any day, so that none of them need be narrower than the others."""
        return all(day.is_off for day in self.days)

    @property
    def is_present(self) -> bool:
        """Whether today is in it."""
        return any(day.is_today for day in self.days)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to draw, for a coach who has no hours yet."""
        return not self.has_hours and self.is_shut


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What all days of a grid are drawn by: which they are, which hours, whose clock."""

    reading: Reading
    dates: tuple[dt.date, ...]
    asked: dt.date
    few: tuple[dt.date, ...]

    @cached_property
    def found(self) -> list[Entry]:
        """What begins on one of the days."""
        return [entry for date in self.dates for entry in self.reading.entries_by_day[date]]

    @cached_property
    def open_hours(self) -> list[Interval]:
        """The open hours of all the days."""
        return [part for date in self.dates for part in self.reading.open_on(date)]

    @cached_property
    def hours(self) -> range:
        """The hours to draw: one before the first open, and whatever is booked outside."""
        where = self.reading.where
        booked = [entry.drawn for entry in self.found if entry.kind != "free"]
        first = [each.starts_at.astimezone(where).hour - 1 for each in self.open_hours]
        first += [each.starts_at.astimezone(where).hour for each in booked]
        last = [_last_hour(each, where) for each in (*self.open_hours, *booked)]
        return range(
            max(0, min([*first, LATEST_FIRST] if first else [FIRST_HOUR])),
            max([*last, EARLIEST_LAST] if last else [LAST_HOUR]),
        )

    @cached_property
    def now(self) -> dt.datetime | None:
        """The present, if it is drawn, by the coach's clock."""
        local = self.reading.now.astimezone(self.reading.where)
        return local if local.date() in self.dates and local.hour in self.hours else None

    @property
    def labels(self) -> tuple[int, ...]:
        """The hours that are written beside the days."""
        if self.now is None:
            return tuple(self.hours)
        minute = self.now.hour * 60 + self.now.minute
        return tuple(hour for hour in self.hours if abs(hour * 60 - minute) > _NEAR_NOW)

    @property
    def parts(self) -> dict[str, object]:
        """What every grid is made of."""
        return {
            "days": tuple(self._day(date) for date in self.dates),
            "first_hour": self.hours.start,
            "last_hour": self.hours.stop,
            "hours": self.labels,
            "now": self.reading.now if self.now else None,
            "open_minutes": sum(each.minutes for each in self.open_hours),
            "booked_minutes": sum(entry.during.minutes for entry in self.found if entry.keeps),
            "has_hours": self.reading.has_hours,
        }

    def _day(self, date: dt.date) -> Day:
        reading = self.reading
        bounds, away = reading.bounds[date], reading.away_on(date)
        own = [layout.cut(entry, bounds) for entry in reading.entries_by_day[date]]
        beneath = [entries.entry("open", part) for part in reading.open_on(date)]
        is_off = not own and not beneath
        if is_off:
            beneath = [
                entries.entry("block", self._drawn(date), name=reading.reason_on(date) or holidays.label_of(date))
            ]
        else:
            beneath += _blocks(away, self._drawn(date))
        return Day(
            date=date,
            entries=tuple(layout.side_by_side([*beneath, *own, *self._now_line(date)])),
            reason=reading.reason_on(date),
            is_off=is_off,
            is_today=date == reading.today,
            is_past=date < reading.today,
            is_asked=date == self.asked,
            is_near=date in self.few,
        )

    def _drawn(self, date: dt.date) -> Interval:
        """The hours drawn of that day."""
        midnight = dt.datetime.combine(date, dt.time(), tzinfo=self.reading.where)
        whole = self.hours.stop == 24
        ends_at = self.reading.bounds[date].ends_at if whole else midnight.replace(hour=self.hours.stop)
        return Interval(midnight.replace(hour=self.hours.start), ends_at)

    def _now_line(self, date: dt.date) -> Iterator[Entry]:
        if self.now and date == self.now.date():
            yield entries.entry("now", Interval.lasting(self.now, 5))


def _last_hour(during: Interval, where: dt.tzinfo) -> int:
    start, end = during.starts_at.astimezone(where), during.ends_at.astimezone(where)
    return 24 if end.date() > start.date() else math.ceil(end.hour + end.minute / 60)


def _blocks(away: Sequence[Closure], drawn: Interval) -> Iterator[Entry]:
    for each in away:
        if part := layout.within(each.during, drawn):
            yield entries.entry("block", part, name=each.reason)
