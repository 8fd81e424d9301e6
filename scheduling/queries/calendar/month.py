"""A month of one coach: six weeks of days, each with its first few lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.kernel import time
from scheduling import holidays
from scheduling.queries import layout
from scheduling.queries.calendar.reading import read

if TYPE_CHECKING:
    import datetime as dt

    from scheduling.models import Coach
    from scheduling.queries.calendar.reading import Reading
    from scheduling.queries.layout import Entry

# Every month fits, and none is taller than another.
WEEKS, DAYS = 6, 7
LINES = 3


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One day, with as many lines as have room, and how many more there are."""

    date: dt.date
    lines: tuple[Entry, ...]
    more: int
    sessions: int
    reason: str
    is_off: bool
    is_out: bool
    is_today: bool

    @property
    def holiday(self) -> str:
        """The public holiday on it, whether the coach keeps it or not; empty on any other day."""
        return holidays.name_of(self.date)


@dataclass(frozen=True, kw_only=True)
class Month:
    """The weeks that a month touches.  What is counted is of the month alone."""

    first: dt.date
    asked: dt.date
    weeks: tuple[tuple[Cell, ...], ...]
    open_minutes: int
    booked_minutes: int
    has_hours: bool

    @property
    def sessions(self) -> int:
        """How many sessions keep an hour in the month."""
        return sum(cell.sessions for week in self.weeks for cell in week if not cell.is_out)

    @property
    def booked_hours(self) -> int:
        """How many hours they keep, rounded."""
        return round(self.booked_minutes / 60)

    @property
    def open_hours(self) -> int:
        """How many hours are open, booked or not, rounded."""
        return round(self.open_minutes / 60)

    @property
    def is_present(self) -> bool:
        """Whether today is one of its days."""
        return any(cell.is_today for week in self.weeks for cell in week)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to draw, for a coach who has no hours yet."""
        return not self.has_hours and not any(cell.lines for week in self.weeks for cell in week)


def month_of(coach: Coach, asked: dt.date, *, now: dt.datetime) -> Month:
    """The month in which that day lies.  Three queries (see `read`)."""
    first = asked.replace(day=1)
    reading = read(coach, time.monday_of(first), WEEKS * DAYS, now=now, free=False)
    own = [date for date in reading.dates if _is_in(date, first)]
    cells = [_cell(date, first, reading) for date in reading.dates]
    kept = [entry for date in own for entry in reading.entries_by_day[date] if entry.keeps]
    return Month(
        first=first,
        asked=asked,
        weeks=tuple(tuple(cells[start : start + DAYS]) for start in range(0, len(cells), DAYS)),
        open_minutes=sum(part.minutes for date in own for part in reading.open_on(date)),
        booked_minutes=sum(entry.during.minutes for entry in kept),
        has_hours=reading.has_hours,
    )


def _cell(date: dt.date, first: dt.date, reading: Reading) -> Cell:
    found = layout.in_order(reading.entries_by_day[date])
    if date == reading.today:
        # What is over gives way to what is still to come.
        found.sort(key=lambda entry: entry.during.ends_at <= reading.now)
    lines = tuple(layout.in_order(found[:LINES]))
    return Cell(
        date=date,
        lines=lines,
        more=len(found) - len(lines),
        sessions=sum(entry.keeps for entry in found),
        reason=reading.reason_on(date),
        is_off=not found and not reading.open_on(date),
        is_out=not _is_in(date, first),
        is_today=date == reading.today,
    )


def _is_in(date: dt.date, first: dt.date) -> bool:
    return (date.year, date.month) == (first.year, first.month)
