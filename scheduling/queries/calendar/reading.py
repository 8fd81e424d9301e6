"""What stands in some days of a coach's time: the one reading that all views share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from config.kernel import time
from config.kernel.time import Interval
from scheduling import slots
from scheduling.models import AvailabilityRule
from scheduling.queries import entries, layout

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scheduling.models import Coach
    from scheduling.queries.layout import Entry
    from scheduling.slots import Closure


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Whole days of one coach, by the coach's own clock, with all that is in them."""

    dates: tuple[dt.date, ...]
    now: dt.datetime
    where: dt.tzinfo
    open_hours: tuple[Interval, ...]
    closures: tuple[Closure, ...]
    entries: tuple[Entry, ...]
    has_hours: bool

    @property
    def today(self) -> dt.date:
        """The present day there."""
        return self.now.astimezone(self.where).date()

    @cached_property
    def bounds(self) -> dict[dt.date, Interval]:
        """From midnight to midnight, of each day."""
        return {date: time.day_bounds(date, self.where) for date in self.dates}

    @cached_property
    def entries_by_day(self) -> dict[dt.date, list[Entry]]:
        """The entries that begin on each day."""
        found: dict[dt.date, list[Entry]] = {date: [] for date in self.dates}
        for entry in self.entries:
            own = found.get(entry.during.starts_at.astimezone(self.where).date())
            if own is not None:
                own.append(entry)
        return found

    def open_on(self, date: dt.date) -> list[Interval]:
        """The open hours of that day, booked or not."""
        parts = (layout.within(each, self.bounds[date]) for each in self.open_hours)
        return [part for part in parts if part]

    def away_on(self, date: dt.date) -> list[Closure]:
        """What closes that day, or a part of it."""
        return [each for each in self.closures if each.during.overlaps(self.bounds[date])]

    def reason_on(self, date: dt.date) -> str:
        """Why that day, or a part of it, is closed, in the coach's own words; may be empty."""
        return next((each.reason for each in self.away_on(date)), "")


def read(coach: Coach, first: dt.date, days: int, *, now: dt.datetime, free: bool = True) -> Reading:
    """So many days from the first.  With `free`, the times that can be booked are among the entries.

    Four queries, or three without free times; one more where nothing is open.  However much there is."""
    where = time.zone(coach.time_zone)
    dates = tuple(first + dt.timedelta(days=number) for number in range(days))
    span = Interval(time.day_bounds(dates[0], where).starts_at, time.day_bounds(dates[-1], where).ends_at)
    open_hours, closures = slots.opening(coach, span), slots.closures(coach, span)
    found = _without_taken_holds(entries.of(coach, span, now=now))
    if free and span.ends_at > now:
        found += entries.of_free_times(coach, span, now=now, others=_borders(open_hours, found))
    return Reading(
        dates=dates,
        now=now,
        where=where,
        open_hours=tuple(open_hours),
        closures=tuple(closures),
        entries=tuple(found),
        has_hours=bool(open_hours) or AvailabilityRule.objects.filter(coach=coach).exists(),
    )


def _without_taken_holds(found: list[Entry]) -> list[Entry]:
    """A time that was held and then booked all the same is not held any more."""
    busy = [each.during for each in found if each.keeps]
    return [each for each in found if each.kind != "hold" or not any(each.during.overlaps(session) for session in busy)]


def _borders(open_hours: Iterable[Interval], found: Iterable[Entry]) -> list[Interval]:
    return [*open_hours, *(each.during for each in found if each.keeps or each.until)]
