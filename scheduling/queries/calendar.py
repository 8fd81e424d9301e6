"""The coach's week as it is drawn: days, and on each what is booked, wished for, held, closed and free."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.kernel import time
from config.kernel.time import Interval
from scheduling import holidays, slots
from scheduling.models import AvailabilityRule
from scheduling.queries import entries, layout
from scheduling.queries.cards import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scheduling.models import Coach
    from scheduling.queries.layout import Entry
    from scheduling.slots import Closure

DAYS = 7
# So many days are shown where seven have no room.
FEW_DAYS = 3
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
    is_today: bool
    is_past: bool
    is_asked: bool
    is_near: bool

    @property
    def holiday(self) -> str:
        """The public holiday on it, whether the coach keeps it or not; empty on any other day."""
        return holidays.name_of(self.date)

    @property
    def is_off(self) -> bool:
        """Whether there is nothing on it but closed time."""
        return all(entry.kind in {"block", "now"} for entry in self.entries)

    @property
    def sessions(self) -> int:
        """How many keep an hour on it."""
        return sum(entry.kind == "session" and entry.shown != Shown.CANCELLED for entry in self.entries)

    @property
    def held(self) -> int:
        """How many hours are kept for somebody."""
        return sum(entry.until is not None for entry in self.entries)


@dataclass(frozen=True, kw_only=True)
class Week:
    """Seven days of one coach, from a Monday, by the coach's own clock."""

    days: tuple[Day, ...]
    asked: dt.date
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
    def monday(self) -> dt.date:
        """Its first day."""
        return self.days[0].date

    @property
    def sunday(self) -> dt.date:
        """Its last day."""
        return self.days[-1].date

    @property
    def number(self) -> int:
        """Its number in the year, as ISO counts."""
        return self.monday.isocalendar().week

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
class _Frame:
    """What all days of a week are drawn by: which they are, which hours, whose clock."""

    dates: tuple[dt.date, ...]
    asked: dt.date
    hours: range
    now: dt.datetime
    where: dt.tzinfo

    @property
    def local(self) -> dt.datetime:
        return self.now.astimezone(self.where)

    @property
    def shows_now(self) -> bool:
        return self.local.date() in self.dates and self.local.hour in self.hours

    @property
    def few(self) -> tuple[dt.date, ...]:
        """The days shown where seven have no room: from the one asked for."""
        first = self.dates.index(self.asked) if self.asked in self.dates else 0
        first = min(first, len(self.dates) - FEW_DAYS)
        return self.dates[first : first + FEW_DAYS]

    def drawn(self, date: dt.date) -> Interval:
        """The hours drawn of that day."""
        bounds = time.day_bounds(date, self.where)
        midnight = dt.datetime.combine(date, dt.time(), tzinfo=self.where)
        ends_at = bounds.ends_at if self.hours.stop == 24 else midnight.replace(hour=self.hours.stop)
        return Interval(midnight.replace(hour=self.hours.start), ends_at)


def week_of(coach: Coach, monday: dt.date, *, now: dt.datetime, asked: dt.date | None = None) -> Week:
    """The week that begins on that Monday.  `asked` is the day to show where seven have no room.

    Six queries, or seven where nothing is open, however much there is."""
    where = time.zone(coach.time_zone)
    dates = tuple(monday + dt.timedelta(days=number) for number in range(DAYS))
    span = Interval(time.day_bounds(dates[0], where).starts_at, time.day_bounds(dates[-1], where).ends_at)
    open_hours, closures = slots.opening(coach, span), slots.closures(coach, span)
    items = _items(coach, span, open_hours, now)
    hours = _hours(open_hours, items, where)
    frame = _Frame(dates=dates, asked=asked or now.astimezone(where).date(), hours=hours, now=now, where=where)
    return Week(
        days=tuple(_day(date, frame, items, open_hours, closures) for date in dates),
        asked=frame.asked,
        first_hour=hours.start,
        last_hour=hours.stop,
        hours=_labels(frame),
        now=now if frame.shows_now else None,
        open_minutes=sum(each.minutes for each in open_hours),
        booked_minutes=sum(item.during.minutes for item in items if _keeps(item)),
        has_hours=bool(open_hours) or AvailabilityRule.objects.filter(coach=coach).exists(),
    )


def _items(coach: Coach, span: Interval, open_hours: list[Interval], now: dt.datetime) -> list[Entry]:
    sessions = entries.of_sessions(coach, span, now=now)
    busy = [entry.during for entry in sessions if _keeps(entry)]
    # A time that was held and then booked all the same is not held any more.
    holds = [
        hold for hold in entries.of_holds(coach, span, now=now) if not any(hold.during.overlaps(each) for each in busy)
    ]
    wishes = list(entries.of_wishes(coach, span, now=now))
    kept = [entry.during for entry in (*holds, *wishes) if entry.until]
    free = entries.of_free_times(coach, span, now=now, others=[*open_hours, *busy, *kept])
    return [*sessions, *holds, *wishes, *free]


def _keeps(entry: Entry) -> bool:
    return entry.kind == "session" and entry.shown != Shown.CANCELLED


def _hours(open_hours: Sequence[Interval], items: Sequence[Entry], where: dt.tzinfo) -> range:
    """The hours to draw: one before the first open, and whatever is booked outside."""
    booked = [item.drawn for item in items if item.kind != "free"]
    first = [each.starts_at.astimezone(where).hour - 1 for each in open_hours]
    first += [each.starts_at.astimezone(where).hour for each in booked]
    last = [_last_hour(each, where) for each in (*open_hours, *booked)]
    return range(
        max(0, min([*first, LATEST_FIRST] if first else [FIRST_HOUR])),
        max([*last, EARLIEST_LAST] if last else [LAST_HOUR]),
    )


def _last_hour(during: Interval, where: dt.tzinfo) -> int:
    start, end = during.starts_at.astimezone(where), during.ends_at.astimezone(where)
    return 24 if end.date() > start.date() else math.ceil(end.hour + end.minute / 60)


def _labels(frame: _Frame) -> tuple[int, ...]:
    if not frame.shows_now:
        return tuple(frame.hours)
    minute = frame.local.hour * 60 + frame.local.minute
    return tuple(hour for hour in frame.hours if abs(hour * 60 - minute) > _NEAR_NOW)


def _day(date: dt.date, frame: _Frame, items: list[Entry], open_hours: list[Interval], closures: list[Closure]) -> Day:
    bounds = time.day_bounds(date, frame.where)
    own = [layout.cut(item, bounds) for item in items if bounds.starts_at <= item.during.starts_at < bounds.ends_at]
    is_open = [part for each in open_hours if (part := layout.within(each, bounds))]
    away = [each for each in closures if each.during.overlaps(bounds)]
    beneath = [entries.entry("open", part) for part in is_open]
    if own or is_open:
        beneath += _blocks(away, frame.drawn(date))
    else:
        why = away[0].reason if away else ""
        beneath += [entries.entry("block", frame.drawn(date), name=why or holidays.label_of(date))]
    return Day(
        date=date,
        entries=tuple(layout.side_by_side([*beneath, *own, *_now_line(frame, date)])),
        reason=away[0].reason if away else "",
        is_today=date == frame.local.date(),
        is_past=date < frame.local.date(),
        is_asked=date == frame.asked,
        is_near=date in frame.few,
    )


def _blocks(away: list[Closure], drawn: Interval) -> Iterator[Entry]:
    for each in away:
        if part := layout.within(each.during, drawn):
            yield entries.entry("block", part, name=each.reason)


def _now_line(frame: _Frame, date: dt.date) -> Iterator[Entry]:
    if frame.shows_now and date == frame.local.date():
        yield entries.entry("now", Interval.lasting(frame.now, 5))
