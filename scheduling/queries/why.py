"""Why a time is not offered, or how it is free: what the engine says of one time, for the coach to read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.kernel import time
from config.kernel.time import Interval
from scheduling import slots

if TYPE_CHECKING:
    from scheduling.models import Coach
    from scheduling.slots import Obstacle

_MOMENT = dt.timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class WhyNot:
    """All that stands against a time.  When nothing does, it is listed, or it lies off the step that is."""

    during: Interval
    obstacles: tuple[Obstacle, ...]
    is_listed: bool
    # Of a free time that is not listed: from when on the listed ones are counted.
    counted_from: dt.datetime | None
    step_minutes: int

    @property
    def is_free(self) -> bool:
        """Whether it can be booked just like that."""
        return not self.obstacles

    @property
    def may_book(self) -> bool:
        """Whether the coach can book it, if only all the same."""
        return not any(obstacle.blocks for obstacle in self.obstacles)


def why_not(coach: Coach, during: Interval, *, now: dt.datetime) -> WhyNot:
    """What the engine says of that time of the coach's, whoever it is for.  One query; three for a free time."""
    obstacles = tuple(slots.explain(coach, during, now=now))
    listed = not obstacles and _is_listed(coach, during, now)
    return WhyNot(
        during=during,
        obstacles=obstacles,
        is_listed=listed,
        counted_from=None if obstacles or listed else _opening(coach, during).starts_at,
        step_minutes=coach.slot_step_minutes,
    )


def _is_listed(coach: Coach, during: Interval, now: dt.datetime) -> bool:
    start = Interval(during.starts_at, during.starts_at + _MOMENT)
    return slots.free(coach, start, during.minutes, now=now) == [during]


def _opening(coach: Coach, during: Interval) -> Interval:
    """The opening in which it starts, as the step counts it: of that date alone."""
    where = time.zone(coach.time_zone)
    day = time.day_bounds(during.starts_at.astimezone(where).date(), where)
    return next(each for each in slots.opening(coach, day) if each.starts_at <= during.starts_at < each.ends_at)
