"""The same hour again: where a series would go on, and how each of its dates looks."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.kernel import time
from config.kernel.time import Interval
from scheduling import rules, slots
from scheduling.models import Session
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clients.models import Client
    from scheduling.models import Coach
    from scheduling.rhythm import Planned
    from scheduling.slots import Obstacle

# So many other times are shown for a date that cannot be had.
OFFERED = 3
_WEEK = dt.timedelta(weeks=1)


class RowStand(enum.StrEnum):
    """How a date of a series looks."""

    FREE = "free"
    WARNED = "warned"  # something speaks against it, which the coach may overrule
    TAKEN = "taken"  # nobody can overrule it
    TWICE = "twice"  # it overlaps another date of the series
    SKIPPED = "skipped"  # the clocks jump over that hour
    OUT = "out"  # the coach leaves it out


# As long as there is one of these, nothing is booked.
UNDECIDED = frozenset({RowStand.TAKEN, RowStand.TWICE, RowStand.SKIPPED})


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What was decided about the dates of a plan, by their keys: another time, or to leave one out."""

    others: Mapping[str, Interval]
    out: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One date.  `number` counts those that would be booked; `during` is the time that would be, taken or planned."""

    planned: Planned
    stand: RowStand
    number: int | None = None
    during: Interval | None = None
    obstacles: tuple[Obstacle, ...] = ()
    # Free times of the same week, the nearest first.
    offered: tuple[Interval, ...] = ()
    is_other: bool = False
    # The time as it would be on a clock that skips nothing.
    wall: dt.datetime

    @property
    def key(self) -> str:
        """What names it in the form."""
        return self.planned.key

    @property
    def marks(self) -> str:
        """What is known to speak against it, as the form says it was seen."""
        return " ".join(sorted(rules.mark_of(each) for each in self.obstacles))

    @property
    def is_undecided(self) -> bool:
        """Whether it must get another time or be left out."""
        return self.stand in UNDECIDED


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All dates of a series, in order."""

    rows: tuple[Row, ...]

    @property
    def booked(self) -> tuple[Row, ...]:
        """Those that would be booked."""
        return tuple(row for row in self.rows if row.stand != RowStand.OUT)

    @property
    def undecided(self) -> tuple[Row, ...]:
        """Those that stand in the way of all."""
        return tuple(row for row in self.rows if row.is_undecided)

    @property
    def warned(self) -> tuple[Row, ...]:
        """Those that need the coach's word."""
        return tuple(row for row in self.rows if row.stand == RowStand.WARNED)

    @property
    def last(self) -> Interval | None:
        """The last hour that would be booked."""
        return max((row.during for row in self.booked if row.during), default=None)


def first_day(session: Session, coach: Coach, *, now: dt.datetime) -> dt.date:
    """Where the rhythm of a session goes on: a week after the last one that the client has at that weekday and hour.

    Never a day that is past.  One query."""
    where = time.zone(coach.time_zone)
    start = session.starts_at.astimezone(where)
    later = Session.objects.holding().filter(
        provider=coach.user_id, client=session.client_id, during__startswith__gt=session.starts_at
    )
    ranges = later.values_list("during", flat=True)
    starts = [Interval.from_range(during).starts_at.astimezone(where) for during in ranges]
    same = [each for each in starts if (each.weekday(), each.time()) == (start.weekday(), start.time())]
    day: dt.date = max([start, *same]).date() + _WEEK
    behind = (now.astimezone(where).date() - day).days
    return day if behind < 0 else day + (behind // 7 + 1) * _WEEK


def ahead_of(session: Session, *, now: dt.datetime) -> list[Session]:
    """The client's other sessions with the same provider that are still to come, in order.  One query."""
    scheduled = Session.objects.filter(
        provider=session.provider,
        client=session.client_id,
        status=SessionStatus.SCHEDULED,
        during__startswith__gt=now,
    )
    return list(scheduled.exclude(pk=session.pk).order_by("during"))


def plan_of(
    coach: Coach, client: Client, planned: Sequence[Planned], decided: Decided, *, minutes: int, now: dt.datetime
) -> Plan:
    """How each date looks for that client, with other times for those that are not free.

    Two queries, one when all are free; however many dates there are."""
    where = time.zone(coach.time_zone)
    rows = [_row(each, decided, where) for each in planned]
    wanted = [row.during for row in rows if row.during and row.stand != RowStand.OUT]
    judged = iter(slots.explain_many(coach, wanted, now=now, for_client=client))
    rows = [_judged(row, next(judged)) if row.during and row.stand != RowStand.OUT else row for row in rows]
    rows = list(_apart(rows))
    offered = _offered(coach, client, rows, minutes, now=now)
    return Plan(rows=tuple(_numbered(replace(row, offered=offered.get(row.key, ())) for row in rows)))


def _row(planned: Planned, decided: Decided, where: dt.tzinfo) -> Row:
    other = decided.others.get(planned.key)
    during = other or planned.during
    wall = planned.wall
    if other:
        wall = other.starts_at.astimezone(where).replace(tzinfo=None)
    stand = RowStand.FREE if during else RowStand.SKIPPED
    if planned.key in decided.out:
        stand = RowStand.OUT
    return Row(planned=planned, stand=stand, during=during, is_other=other is not None, wall=wall)


def _judged(row: Row, obstacles: Sequence[Obstacle]) -> Row:
    if not obstacles:
        return row
    stand = RowStand.TAKEN if any(each.blocks for each in obstacles) else RowStand.WARNED
    return replace(row, stand=stand, obstacles=tuple(obstacles))


def _apart(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows; one that overlaps an earlier one can only have another time."""
    before: list[Interval] = []
    for row in rows:
        if row.during and row.stand != RowStand.OUT:
            if any(row.during.overlaps(each) for each in before):
                yield replace(row, stand=RowStand.TWICE)
                continue
            before.append(row.during)
        yield row


def _numbered(rows: Iterable[Row]) -> Iterator[Row]:
    number = 0
    for row in rows:
        if row.stand == RowStand.OUT:
            yield row
        else:
            number += 1
            yield replace(row, number=number)


def _offered(
    coach: Coach, client: Client, rows: Sequence[Row], minutes: int, *, now: dt.datetime
) -> dict[str, tuple[Interval, ...]]:
    """Free times in the week of each date that is not free; none that another date of the series has."""
    where = time.zone(coach.time_zone)
    troubled = [row for row in rows if row.is_undecided or row.stand == RowStand.WARNED]
    if not troubled:
        return {}
    used = [row.during for row in rows if row.during and row.stand in {RowStand.FREE, RowStand.WARNED}]
    weeks = [_week_of(row.planned.day, where) for row in troubled]
    found = slots.free_many(coach, weeks, minutes, now=now, for_client=client)
    return {row.key: _nearest(row, free, used, where) for row, free in zip(troubled, found, strict=True)}


def _week_of(day: dt.date, where: dt.tzinfo) -> Interval:
    monday = time.monday_of(day)
    return Interval(time.day_bounds(monday, where).starts_at, time.day_bounds(monday + _WEEK, where).starts_at)


def _nearest(row: Row, free: Iterable[Interval], used: Sequence[Interval], where: dt.tzinfo) -> tuple[Interval, ...]:
    """The nearest of these times, that do not overlap one another: the same day first, then the same hour."""
    wish = row.planned.wall

    def apart(each: Interval) -> tuple[int, int]:
        local = each.starts_at.astimezone(where)
        return abs((local.date() - wish.date()).days), abs((local.hour - wish.hour) * 60 + local.minute - wish.minute)

    kept: list[Interval] = []
    for each in sorted((each for each in free if not any(each.overlaps(one) for one in used)), key=apart):
        if len(kept) == OFFERED:
            break
        if not any(each.overlaps(one) for one in kept):
            kept.append(each)
    return tuple(sorted(kept))
