"""Seven days of one coach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduling.queries.calendar.grid import Frame, Grid
from scheduling.queries.calendar.reading import read

if TYPE_CHECKING:
    import datetime as dt

    from scheduling.models import Coach

DAYS = 7
# So many days are shown where seven have no room.
FEW_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class Week(Grid):
    """Seven days of one coach, from a Monday, by the coach's own clock."""

    asked: dt.date

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


def week_of(coach: Coach, monday: dt.date, *, now: dt.datetime, asked: dt.date | None = None) -> Week:
    """The week that begins on that Monday.  `asked` is the day to show where seven have no room.

    Four queries (see `read`)."""
    reading = read(coach, monday, DAYS, now=now)
    asked = asked or reading.today
    frame = Frame(reading=reading, dates=reading.dates, asked=asked, few=_few(reading.dates, asked))
    parts: dict[str, Any] = frame.parts
    return Week(asked=asked, **parts)


def _few(dates: tuple[dt.date, ...], asked: dt.date) -> tuple[dt.date, ...]:
    """The days shown where seven have no room: from the one asked for."""
    first = min(dates.index(asked) if asked in dates else 0, len(dates) - FEW_DAYS)
    return dates[first : first + FEW_DAYS]
