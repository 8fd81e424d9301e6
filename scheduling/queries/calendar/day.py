"""One day of one coach: its column, what is now and next, and what is left to do of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from config.kernel import time
from scheduling.queries.acts import acts_of_row
from scheduling.queries.calendar.grid import Day, Frame, Grid
from scheduling.queries.calendar.reading import read
from scheduling.queries.calendar.week import DAYS
from scheduling.queries.cards import Shown

if TYPE_CHECKING:
    import datetime as dt

    from scheduling.models import Coach
    from scheduling.queries.layout import Entry

# Nobody has said yet how these went, once their time is over.
_UNSAID = frozenset({Shown.SCHEDULED, Shown.PROPOSED})


@dataclass(frozen=True, kw_only=True)
class OneDay(Grid):
    """The day asked for.  `strip` are the days of its week, to go to another."""

    strip: tuple[Day, ...]
    live: Entry | None
    # The first session of the day that is still ahead.
    next: Entry | None
    unsaid: tuple[Entry, ...]
    unpaid: tuple[Entry, ...]
    wishes: int

    @property
    def day(self) -> Day:
        """The day itself."""
        return self.days[0]

    @property
    def is_empty(self) -> bool:
        """Whether nobody comes, and nobody might."""
        return not any(entry.kind in {"session", "hold", "wish"} for entry in self.day.entries)


def day_of(coach: Coach, date: dt.date, *, now: dt.datetime) -> OneDay:
    """That day, read with the whole of its week.  Four queries (see `read`)."""
    reading = read(coach, time.monday_of(date), DAYS, now=now)
    column: dict[str, Any] = Frame(reading=reading, dates=(date,), asked=date, few=(date,)).parts
    strip: dict[str, Any] = Frame(reading=reading, dates=reading.dates, asked=date, few=()).parts
    day: Day = column["days"][0]
    sessions = [
        replace(entry, acts=acts_of_row(entry.facts, now=now, where=reading.where))
        for entry in day.entries
        if entry.kind == "session" and entry.pk
    ]
    ahead = [entry for entry in sessions if entry.keeps and entry.during.starts_at > now]
    return OneDay(
        **column,
        strip=strip["days"],
        live=next((entry for entry in sessions if entry.shown == Shown.LIVE), None),
        next=ahead[0] if ahead else None,
        unsaid=tuple(entry for entry in sessions if entry.shown in _UNSAID and entry.during.ends_at <= now),
        unpaid=tuple(entry for entry in sessions if entry.is_due),
        wishes=sum(entry.kind == "wish" for entry in day.entries),
    )
