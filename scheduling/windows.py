"""When an hour would suit somebody who names none: weekdays and local times, and the instants that they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.kernel import time
from config.kernel.time import Interval
from scheduling.hours import MIDNIGHT
from scheduling.slots.clock import stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# As in the weekly hours, the last minute of a day stands for the midnight after it.
DAY_BEGINS, DAY_ENDS = dt.time(), MIDNIGHT
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """Between two local times, on that weekday (Monday is 0); without one, on any day."""

    weekday: int | None
    starts_at: dt.time
    ends_at: dt.time

    @property
    def minutes(self) -> int:
        """How long it is on a day on which no clock is changed."""
        ends = dt.timedelta(hours=self.ends_at.hour, minutes=self.ends_at.minute)
        begins = dt.timedelta(hours=self.starts_at.hour, minutes=self.starts_at.minute)
        return ((_DAY if self.ends_at >= DAY_ENDS else ends) - begins) // dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Span:
    """Windows, and the first and the last local date on which they count, by the clocks of a zone."""

    windows: Sequence[Window]
    first: dt.date
    last: dt.date
    where: dt.tzinfo

    def pieces(self, during: Interval) -> list[Interval]:
        """The times that suit on the local dates which `during` touches: in order, without holes inside a piece.

        What the spring change skips is in none of them, what the autumn change repeats suits both times."""
        found = (piece for day in during.days(self.where) for piece in self._on(day))
        return _joined(sorted(found))

    def suits(self, during: Interval) -> bool:
        """Whether that hour lies wholly in times that suit."""
        return any(piece.contains(during) for piece in self.pieces(during))

    def first_that_suits(self, times: Sequence[Interval], most: int = 1) -> list[Interval]:
        """The first of these times, which are in order, that suit; none overlaps another."""
        found: list[Interval] = []
        if not times:
            return found
        pieces = self.pieces(Interval(times[0].starts_at, max(each.ends_at for each in times)))
        at = 0
        for each in times:
            # Both are in order: what ends before this time begins suits none of the later ones either.
            while at < len(pieces) and pieces[at].ends_at <= each.starts_at:
                at += 1
            if at == len(pieces) or len(found) == most:
                break
            if pieces[at].contains(each) and not (found and each.overlaps(found[-1])):
                found.append(each)
        return found

    def bounds(self) -> Interval:
        """From the beginning of the first date to the end of the last."""
        begin, end = time.day_bounds(self.first, self.where), time.day_bounds(self.last, self.where)
        return Interval(begin.starts_at, end.ends_at)

    def _on(self, day: dt.date) -> Iterator[Interval]:
        if not self.first <= day <= self.last:
            return
        midnight = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
        for clock in stretches(self.where, time.day_bounds(day, self.where)):
            for window in self.windows:
                if window.weekday not in (None, day.weekday()):
                    continue
                begins, ends = dt.datetime.combine(day, window.starts_at, tzinfo=dt.UTC), midnight + _DAY
                if window.ends_at < DAY_ENDS:
                    ends = dt.datetime.combine(day, window.ends_at, tzinfo=dt.UTC)
                starts_at = max(begins - clock.ahead, clock.starts_at)
                ends_at = min(ends - clock.ahead, clock.ends_at)
                if starts_at < ends_at:
                    yield Interval(starts_at, ends_at)


def _joined(pieces: Iterable[Interval]) -> list[Interval]:
    """Pieces that touch or overlap, as one."""
    found: list[Interval] = []
    for each in pieces:
        if found and each.starts_at <= found[-1].ends_at:
            found[-1] = Interval(found[-1].starts_at, max(found[-1].ends_at, each.ends_at))
        else:
            found.append(each)
    return found
