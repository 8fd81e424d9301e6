"""The coming weeks of one coach as a list: what is booked, held and wished for, and the free times in a line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.kernel.time import Interval
from scheduling.queries import entries, layout
from scheduling.queries.calendar.grid import Day
from scheduling.queries.calendar.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scheduling.models import Coach
    from scheduling.queries.calendar.reading import Reading
    from scheduling.queries.layout import Entry

# So many weeks at first, and more with each press; after so many the list begins anew.
STEP, MOST = 2, 12
# So many free times of a day are named.
FREE = 6


@dataclass(frozen=True, kw_only=True)
class AgendaDay(Day):
    """One day: its entries, and the free times that are named of it."""

    times: tuple[Interval, ...]
    more: int

    @property
    def all_free(self) -> int:
        """How many times can be booked on it."""
        return len(self.times) + self.more


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """Some weeks from a day on."""

    days: tuple[AgendaDay, ...]
    has_hours: bool

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return self.days[0].date

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return self.days[-1].date

    @property
    def weeks(self) -> int:
        """How long it is."""
        return len(self.days) // 7

    @property
    def sessions(self) -> int:
        """How many sessions keep an hour in it."""
        return sum(day.sessions for day in self.days)

    @property
    def following(self) -> dt.date:
        """The first day after it."""
        return self.last + dt.timedelta(days=1)

    @property
    def is_empty(self) -> bool:
        """Whether nobody comes, and nobody might."""
        return all(entry.kind == "now" for day in self.days for entry in day.entries)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to list, for a coach who has no hours yet."""
        return not self.has_hours and self.is_empty


def agenda_of(coach: Coach, first: dt.date, weeks: int = STEP, *, now: dt.datetime) -> Agenda:
    """So many weeks from that day.  Four queries (see `read`)."""
    reading = read(coach, first, weeks * 7, now=now)
    return Agenda(days=tuple(_day(date, first, reading) for date in reading.dates), has_hours=reading.has_hours)


def _day(date: dt.date, asked: dt.date, reading: Reading) -> AgendaDay:
    found = reading.entries_by_day[date]
    times = [entry.during for entry in found if entry.kind == "free"]
    listed = [entry for entry in found if entry.kind != "free"]
    # One more than is named would need as much room as its name.
    named = times if len(times) <= FREE + 1 else times[:FREE]
    return AgendaDay(
        date=date,
        entries=tuple(layout.in_order([*listed, *_now_line(date, listed, reading)])),
        reason=reading.reason_on(date),
        is_off=not found and not reading.open_on(date),
        is_today=date == reading.today,
        is_past=date < reading.today,
        is_asked=date == asked,
        times=tuple(named),
        more=len(times) - len(named),
    )


def _now_line(date: dt.date, listed: list[Entry], reading: Reading) -> Iterator[Entry]:
    """Only between things is it worth to say where the present is."""
    if listed and date == reading.today:
        yield entries.entry("now", Interval.lasting(reading.now, 5))
