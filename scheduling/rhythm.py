"""An hour that comes back every so many weeks, by the clock on a wall: pure arithmetic, which asks nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from config.kernel import time
from config.kernel.time import Interval, SkippedTime

MOST_TIMES = 26


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One date of a rhythm.  `during` is None where the clocks jump over that hour."""

    day: dt.date
    at: dt.time
    during: Interval | None

    @property
    def wall(self) -> dt.datetime:
        """The day and hour as a clock on a wall would show them, whether it does or not."""
        return dt.datetime.combine(self.day, self.at)

    @property
    def key(self) -> str:
        """What names it in a form: the day and the hour as planned."""
        return f"{self.day:%Y-%m-%d}T{self.at:%H:%M}"


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """So many times, from the first day on, every `weeks` weeks at that hour, for so many real minutes each."""

    first: dt.date
    at: dt.time
    minutes: int
    weeks: int
    times: int

    def plan(self, where: dt.tzinfo) -> tuple[Planned, ...]:
        """Its dates in that zone: 17:00 stays 17:00, whatever the clocks do.

        Of an hour that the autumn night has twice, it is the first."""
        days = (self.first + number * dt.timedelta(weeks=self.weeks) for number in range(self.times))
        return tuple(Planned(day=day, at=self.at, during=self._during(day, where)) for day in days)

    def _during(self, day: dt.date, where: dt.tzinfo) -> Interval | None:
        try:
            return Interval.lasting(time.instant(day, self.at, where), self.minutes)
        except SkippedTime:
            return None
