"""The coach's home: the day as it stands, what waits, and when there is time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from config.kernel import time
from config.kernel.time import Interval
from scheduling import slots
from scheduling.models import AvailabilityRule
from scheduling.queries import cards, layout, left, pending
from scheduling.queries.asks import AskStand
from scheduling.queries.cards import Shown
from scheduling.queries.left import Left, Matter, Row
from scheduling.queries.stands import Stand
from scheduling.queries.swaps import SwapStand
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clients.models import User
    from scheduling.models import Coach

AHEAD = dt.timedelta(weeks=4)
DAYS, A_DAY = 3, 4
# Stands in which somebody may still answer.
AWAITED = frozenset({Stand.ASKED, Stand.OFFERED, Stand.TAKEN, AskStand.OPEN, SwapStand.ASKED})


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One session of today.  `row` is the session, `note` what stands after its time."""

    row: Row
    shown: Shown
    note: str
    is_next: bool
    has_begun: bool

    @property
    def takes_place(self) -> bool:
        """Whether it was not cancelled."""
        return self.shown != Shown.CANCELLED

    @property
    def is_plain(self) -> bool:
        """Whether its state is what one expects of a session that is still to come."""
        return self.shown == Shown.SCHEDULED and not self.has_begun

    @property
    def can_settle(self) -> bool:
        """Whether there may be something to say of it: how it went, or that it is paid."""
        return self.row.in_care and self.takes_place and self.has_begun


@dataclass(frozen=True, kw_only=True)
class Today:
    """The sessions of one day, in order."""

    date: dt.date
    visits: tuple[Visit, ...]

    @property
    def count(self) -> int:
        """How many take place."""
        return sum(visit.takes_place for visit in self.visits)

    @property
    def ahead(self) -> int:
        """How many of them have not begun."""
        return sum(visit.takes_place and not visit.has_begun for visit in self.visits)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits for the coach, counted."""

    # Hours that can be booked now for who waits for them.
    free: int
    # Other wishes and questions with which nothing goes on by itself.
    stuck: int
    # Answers that are awaited until some time before midnight.
    ending: int
    left: Left
    owed: Left

    @property
    def is_nothing(self) -> bool:
        """Whether nothing waits; what is owed is another matter."""
        return not (self.free or self.stuck or self.ending or self.left.count)


@dataclass(frozen=True, kw_only=True)
class FreeDay:
    """Times of one day that can be booked."""

    date: dt.date
    times: tuple[Interval, ...]


def today_of(coach: Coach, *, now: dt.datetime) -> Today:
    """The coach's present day by the coach's own clock, cancelled sessions too.  One query."""
    where = time.zone(coach.time_zone)
    date = now.astimezone(where).date()
    rows = left.rows_of_day(coach, time.day_bounds(date, where), now=now)
    # A cancelled hour of somebody who is in the care of others now says nothing to anybody.
    rows = [row for row in rows if row["in_care"] or row["status"] != SessionStatus.CANCELLED]
    coming = (row["pk"] for row in rows if row["during"].lower > now and row["status"] == SessionStatus.SCHEDULED)
    soonest = next(coming, None)
    visits = []
    for row in rows:
        shown = cards.shown_as(row, now=now)
        visits.append(
            Visit(
                row=left.row_of(row, coach, now=now),
                shown=shown,
                note=cards.note_of(row, shown) if row["in_care"] and shown != Shown.CANCELLED else "",
                is_next=row["pk"] == soonest,
                has_begun=row["during"].lower <= now,
            )
        )
    return Today(date=date, visits=tuple(visits))


def waiting_for(user: User, coach: Coach, *, now: dt.datetime) -> Waiting:
    """What waits for this coach, and what is owed.  Nine queries, and a few more if there are swaps."""
    listed = pending.questions(user, now=now)
    tonight = time.day_bounds(now.astimezone(time.zone(coach.time_zone)).date(), time.zone(coach.time_zone)).ends_at
    free = sum(each.stand == Stand.FREE for each in listed)
    ends = [at for each in listed if each.stand in AWAITED and (at := pending.ends_at(each))]
    matters = left.left_open(coach, now=now)
    return Waiting(
        free=free,
        stuck=sum(each.needs_coach for each in listed) - free,
        ending=sum(at < tonight for at in ends),
        left=matters[Matter.UNSAID],
        owed=matters[Matter.OWED],
    )


def free_days(coach: Coach, *, now: dt.datetime) -> tuple[FreeDay, ...]:
    """The next three days with a free time, and on each a few of them, as far apart as is pleasant.  One query."""
    free = slots.free(coach, Interval(now, now + AHEAD), now=now)
    return tuple(_first_days(layout.quiet(free, dt.timedelta(minutes=coach.slot_step_minutes))))


def has_hours(coach: Coach) -> bool:
    """Whether this coach ever opens on a weekday.  One query."""
    return AvailabilityRule.objects.filter(coach=coach).exists()


def _first_days(free: list[Interval]) -> Iterator[FreeDay]:
    days: dict[dt.date, list[Interval]] = {}
    for each in free:
        days.setdefault(timezone.localtime(each.starts_at).date(), []).append(each)
    for date in list(days)[:DAYS]:
        yield FreeDay(date=date, times=tuple(days[date][:A_DAY]))
