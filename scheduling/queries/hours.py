"""When a coach's calendar is open: every week, on single dates, and when it is not at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from config.kernel import time
from config.kernel.time import Interval
from scheduling.holidays import holidays_in
from scheduling.hours import BookingRules, Span, WeeklyHours
from scheduling.models import AvailabilityOverride, AvailabilityRule, TimeOff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduling.models import Coach

_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class OtherHours:
    """One date with hours of its own; without spans it is closed.  `instead` are the weekly ones of that day."""

    date: dt.date
    spans: tuple[Span, ...]
    instead: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True)
class Away:
    """One time off.  `first` and `last` are its days by the coach's clock; whole ones, unless `is_partial`."""

    id: int
    during: Interval
    reason: str
    first: dt.date
    last: dt.date
    is_partial: bool
    sessions: int
    overlaps: bool


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """A public holiday."""

    date: dt.date
    name: str


def weekly_hours(coach: Coach) -> WeeklyHours:
    """The hours of a normal week.  One query."""
    rows = AvailabilityRule.objects.filter(coach=coach).order_by("weekday", "starts_at")
    days: list[list[Span]] = [[] for _ in range(_DAYS)]
    for weekday, starts_at, ends_at in rows.values_list("weekday", "starts_at", "ends_at"):
        days[weekday].append(Span(starts_at, ends_at))
    return WeeklyHours(tuple(tuple(day) for day in days))


def dates_ahead(coach: Coach, week: WeeklyHours, *, now: dt.datetime) -> list[OtherHours]:
    """The dates from today on that have hours of their own, in order.  One query."""
    rows = AvailabilityOverride.objects.filter(coach=coach, date__gte=today_of(coach, now))
    found = rows.order_by("date", "starts_at").values_list("date", "starts_at", "ends_at")
    return [
        OtherHours(date=date, spans=_spans(times), instead=week.days[date.weekday()])
        for date, times in groupby(found, key=lambda row: row[0])
    ]


def hours_on(coach: Coach, date: dt.date) -> tuple[Span, ...] | None:
    """That date's own hours, empty when it is closed; None when it has none of its own."""
    rows = AvailabilityOverride.objects.filter(coach=coach, date=date).order_by("starts_at")
    times = list(rows.values_list("date", "starts_at", "ends_at"))
    return _spans(times) if times else None


def away_ahead(coach: Coach, booked: Sequence[Interval], *, now: dt.datetime) -> list[Away]:
    """Times off that are not over, in order, with how many of the `booked` hours lie in each.  One query."""
    rows = TimeOff.objects.filter(coach=coach, during__endswith__gt=now).order_by("during", "pk")
    found = [(row, Interval.from_range(row.during)) for row in rows]
    return [_away(coach, row, during, booked, [each for _, each in found]) for row, during in found]


def next_holiday(coach: Coach, *, now: dt.datetime) -> Holiday | None:
    """The first public holiday from today on."""
    today = today_of(coach, now)
    ahead = holidays_in(today, today + dt.timedelta(days=366))
    return next((Holiday(date=date, name=name) for date, name in sorted(ahead.items())), None)


def rules_of(coach: Coach) -> BookingRules:
    """How the calendar is booked."""
    return BookingRules(
        title=coach.title,
        session_minutes=coach.session_minutes,
        slot_step_minutes=coach.slot_step_minutes,
        buffer_minutes=coach.buffer_minutes,
        notice_minutes=coach.notice_minutes,
        horizon_days=coach.horizon_days,
        price=coach.price,
        time_zone=coach.time_zone,
    )


def today_of(coach: Coach, now: dt.datetime) -> dt.date:
    """The date on the coach's wall."""
    return now.astimezone(time.zone(coach.time_zone)).date()


def _spans(times: object) -> tuple[Span, ...]:
    rows: list[tuple[dt.date, dt.time | None, dt.time | None]] = list(times)  # type: ignore[call-overload]
    return tuple(Span(starts_at, ends_at) for _, starts_at, ends_at in rows if starts_at and ends_at)


def _away(coach: Coach, row: TimeOff, during: Interval, booked: Sequence[Interval], others: Sequence[Interval]) -> Away:
    days = list(during.days(time.zone(coach.time_zone)))
    whole = Interval(*_bounds(coach, days[0], days[-1]))
    return Away(
        id=row.pk,
        during=during,
        reason=row.reason,
        first=days[0],
        last=days[-1],
        is_partial=whole != during,
        sessions=sum(each.overlaps(during) for each in booked),
        overlaps=sum(each.overlaps(during) for each in others) > 1,
    )


def _bounds(coach: Coach, first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    where = time.zone(coach.time_zone)
    return time.day_bounds(first, where).starts_at, time.day_bounds(last, where).ends_at
