"""The figures of a coach's practice over some weeks, counted in the database; each about that coach's rows alone."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Case, Count, Min, Sum, Value, When

from config.kernel import time
from config.kernel.time import Interval
from scheduling import slots
from scheduling.models import Session
from scheduling.queries import report_statements as statements
from scheduling.queries.left import owed
from scheduling.slots.clock import stretches
from scheduling.states import EXCLUDING, ProposalKind, ProposalStatus, SessionKind, SessionStatus

if TYPE_CHECKING:
    from scheduling.models import Coach

WEEK = dt.timedelta(weeks=1)
# How many weeks, the present one among them, each range looks back.
RANGES = {"8w": 8, "quarter": 13, "year": 52}
# Days since a session, up to which it counts as of that age; the rest is older.
AGES = (30, 60)
_HOLDING = [str(status) for status in EXCLUDING]


@dataclass(frozen=True, kw_only=True)
class Period:
    """Whole weeks of a coach's clock, from a Monday to a Sunday; `name` is how it was asked for."""

    name: str
    first: dt.date
    last: dt.date
    where: dt.tzinfo

    @property
    def span(self) -> Interval:
        """From its first midnight to its last."""
        begin, end = time.day_bounds(self.first, self.where), time.day_bounds(self.last, self.where)
        return Interval(begin.starts_at, end.ends_at)

    @property
    def mondays(self) -> list[dt.date]:
        """The first day of each of its weeks."""
        return [self.first + number * WEEK for number in range(((self.last - self.first).days + 1) // 7)]

    @property
    def months(self) -> list[dt.date]:
        """Its first day, and the first day of every further month in it."""
        days = (self.first + dt.timedelta(days=number) for number in range((self.last - self.first).days + 1))
        return [self.first, *(day for day in itertools.islice(days, 1, None) if day.day == 1)]


@dataclass(frozen=True)
class Load:
    """Minutes: open ones, those of them that are booked, and booked ones outside."""

    open: float = 0
    booked: float = 0
    outside: float = 0

    @property
    def share(self) -> float:
        """How much of the open time is booked, from 0 to 1."""
        return self.booked / self.open if self.open else 0


@dataclass(frozen=True)
class Loads:
    """By (weekday, hour) of the coach's clock, Monday being 0; by week; and all together."""

    hours: dict[tuple[int, int], Load] = field(default_factory=dict)
    weeks: dict[dt.date, Load] = field(default_factory=dict)

    @property
    def whole(self) -> Load:
        """All weeks together."""
        weeks = self.weeks.values()
        return Load(
            sum(each.open for each in weeks), sum(each.booked for each in weeks), sum(each.outside for each in weeks)
        )


@dataclass(frozen=True)
class Came:
    """How many sessions took place, and how many were missed."""

    completed: int = 0
    missed: int = 0

    @property
    def count(self) -> int:
        """Both together."""
        return self.completed + self.missed

    @property
    def rate(self) -> float:
        """The share of those missed, from 0 to 1."""
        return self.missed / self.count if self.count else 0


@dataclass(frozen=True)
class Owed:
    """Sessions that are not paid: how many, what they come to, and when the oldest began."""

    count: int = 0
    total: Decimal = Decimal()
    oldest: dt.datetime | None = None


@dataclass(frozen=True)
class Answers:
    """What became of offers.  `undecided` were taken back or can still be answered."""

    answered: int = 0
    declined: int = 0
    expired: int = 0
    undecided: int = 0
    # From sending to any answer: half of them, and nine of ten, took no longer.
    median: dt.timedelta | None = None
    ninth: dt.timedelta | None = None

    @property
    def decided(self) -> int:
        """Those that found their end by themselves."""
        return self.answered + self.declined + self.expired

    @property
    def replied(self) -> int:
        """Those that got an answer, whichever."""
        return self.answered + self.declined

    @property
    def rate(self) -> float:
        """The share that got an answer, from 0 to 1."""
        return self.replied / self.decided if self.decided else 0


def period_of(coach: Coach, name: str, *, now: dt.datetime) -> Period | None:
    """The weeks of that range up to the end of the present one, but none before the coach's first session.

    None while there is no session at all.  One query.  Raises: KeyError for a range that there is not."""
    where = time.zone(coach.time_zone)
    this_week = time.monday_of(now.astimezone(where).date())
    begin = this_week - (RANGES[name] - 1) * WEEK
    mine = Session.objects.filter(provider=coach.user_id, kind=SessionKind.BOOKED, status__in=_HOLDING)
    first: dt.datetime | None = mine.aggregate(first=Min("during__startswith"))["first"]
    if first is None:
        return None
    begin = min(max(begin, time.monday_of(first.astimezone(where).date())), this_week)
    return Period(name=name, first=begin, last=this_week + dt.timedelta(days=6), where=where)


def loads(coach: Coach, period: Period) -> Loads:
    """How much of the open time is booked.  Two queries.

    The hours are those that the coach has now, with what was changed on single dates."""
    opening = slots.opening(coach, period.span)
    clocks = stretches(period.where, period.span)
    rows = _rows(
        statements.LOAD,
        _about(coach, period)
        | {
            "open_starts": [each.starts_at for each in opening],
            "open_ends": [each.ends_at for each in opening],
            "clock_starts": [clock.starts_at for clock in clocks],
            "clock_ends": [clock.ends_at for clock in clocks],
            "clock_ahead": [clock.ahead for clock in clocks],
        },
    )
    hours: dict[tuple[int, int], dict[str, float]] = {}
    weeks: dict[dt.date, dict[str, float]] = {monday: {} for monday in period.mondays}
    for kind, week, weekday, hour, minutes in rows:
        if week is None:
            hours.setdefault((weekday, hour), {})[kind] = minutes
        else:
            weeks[week][kind] = minutes
    return Loads(
        hours={place: Load(**minutes) for place, minutes in hours.items()},
        weeks={week: Load(**minutes) for week, minutes in weeks.items()},
    )


def came(coach: Coach, period: Period) -> dict[dt.date, Came]:
    """How many came, by month; the first and the last may be parts of one.  One query."""
    months = period.months
    about = _about(coach, period) | {
        "months": [time.day_bounds(month, period.where).starts_at for month in months],
        "completed": SessionStatus.COMPLETED.value,
        "no_show": SessionStatus.NO_SHOW.value,
    }
    counted = {place: Came(completed, missed) for place, completed, missed in _rows(statements.MISSED, about)}
    return {month: counted.get(place, Came()) for place, month in enumerate(months, start=1)}


def unpaid(coach: Coach, *, now: dt.datetime) -> list[Owed]:
    """What is owed, by age: up to 30 days, up to 60, older.  Of all time, and one query."""
    where = time.zone(coach.time_zone)
    today = now.astimezone(where).date()
    bounds = [time.day_bounds(today - dt.timedelta(days=days), where).starts_at for days in AGES]
    age = Case(
        *(When(during__startswith__gte=bound, then=Value(place)) for place, bound in enumerate(bounds)),
        default=Value(len(bounds)),
    )
    rows = Session.objects.filter(owed(), provider=coach.user_id).annotate(age=age).order_by().values_list("age")
    found = rows.annotate(count=Count("pk"), total=Sum("price"), oldest=Min("during__startswith"))
    by_age = {place: Owed(count, total, oldest) for place, count, total, oldest in found}
    return [by_age.get(place, Owed()) for place in range(len(AGES) + 1)]


def answers(coach: Coach, period: Period, *, now: dt.datetime) -> dict[ProposalKind | None, Answers]:
    """What became of the offers sent in those weeks, by kind; under None, of all.  One query."""
    about = _about(coach, period) | {"now": now} | {status.name.lower(): status.value for status in ProposalStatus}
    found = {kind: Answers(*rest) for kind, *rest in _rows(statements.OFFERS, about)}
    return {kind: found.get(kind, Answers()) for kind in (*ProposalKind, None)}


def _about(coach: Coach, period: Period) -> dict[str, Any]:
    return {"provider": coach.pk, "span": period.span.as_range(), "holding": _HOLDING}


def _rows(statement: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
