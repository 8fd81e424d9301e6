"""How far ahead of UTC a zone's clocks are, and when: the rules of the weeks become instants with it.

Python's zones and not PostgreSQL's, so that the whole house reads one table of zones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.kernel.time import Interval

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Stretch:
    """A piece of time without a change of clocks, and how far ahead of UTC they are in it."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    ahead: dt.timedelta


def stretches(where: dt.tzinfo, span: Interval) -> list[Stretch]:
    """The span cut where the clocks of the zone change: one piece as a rule, in order and without holes.

    `span` lies on whole seconds."""
    last = span.ends_at.astimezone(dt.UTC)
    start = at = span.starts_at.astimezone(dt.UTC)
    ahead = _ahead(at, where)
    found = []
    while at < last:
        later = min(at + _DAY, last)
        if (then := _ahead(later, where)) != ahead:
            turn = _turn(at, later, where)
            found.append(Stretch(start, turn, ahead))
            start, ahead = turn, then
        at = later
    if start < last:
        found.append(Stretch(start, last, ahead))
    return found


def _ahead(at: dt.datetime, where: dt.tzinfo) -> dt.timedelta:
    return at.astimezone(where).utcoffset() or dt.timedelta()


def _turn(before: dt.datetime, after: dt.datetime, where: dt.tzinfo) -> dt.datetime:
    """The first second, of those between, that has the clock of `after`."""
    old = _ahead(before, where)
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _ahead(before + middle * _SECOND, where) == old:
            low = middle
        else:
            high = middle
    return before + high * _SECOND
