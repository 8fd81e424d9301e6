"""Free times and "why not?", from one computation in the database; it reads and never writes.

The weekly hours are local times of the coach's zone; lengths, pauses, steps and notice are real minutes.  On a public
holiday a coach who keeps it has no weekly hours; hours set for that very date stand all the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.kernel import time
from config.kernel.time import Interval
from config.postgres import planned
from scheduling import holidays
from scheduling.models import Coach, TimeOff
from scheduling.slots import statements
from scheduling.slots.clock import stretches
from scheduling.slots.obstacles import Found, Obstacle, bookable_from, bookable_until, obstacles_of

if TYPE_CHECKING:
    import uuid
    from typing import TypeAlias

    from clients.models import Client, User
    from scheduling.models import Session

    # Sessions whose own time counts as free.
    Ignored: TypeAlias = Session | tuple[Session, ...] | None

LONGEST = dt.timedelta(days=366)
_YEARS = range(1900, 9000)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Closure:
    """A time off, and what the coach calls it."""

    during: Interval
    reason: str


def free(
    provider: User | Coach,
    between: Interval,
    minutes: int | None = None,
    *,
    now: dt.datetime,
    for_client: Client | None = None,
    ignoring: Ignored = None,
) -> list[Interval]:
    """The bookable times that start in `between`, in order; none of a coach without hours.

    minutes: length, the coach's own if None.  for_client: their sessions with anybody are in the way, times held
    for them are not.  ignoring: a session that may be moved, or several, so that its own hour counts as free.
    Raises: ValueError for a range of more than 366 days, or a length that no session may have."""
    between, now = _checked(between), now.astimezone(dt.UTC)
    if (coach := coach_of(provider)) is None:
        return []
    length = dt.timedelta(minutes=coach.session_minutes if minutes is None else minutes)
    if not dt.timedelta(minutes=5) <= length <= dt.timedelta(hours=8):
        raise ValueError("a session lasts from 5 minutes to 8 hours")
    earliest = max(between.starts_at, bookable_from(coach, now))
    latest = min(between.ends_at, bookable_until(coach, now))
    if not earliest < latest:
        return []
    params = _params(coach, Interval(earliest, latest + length), now=now, for_client=for_client, ignoring=ignoring)
    step = dt.timedelta(minutes=coach.slot_step_minutes)
    params |= {"earliest": earliest, "latest": latest, "length": length, "step": step}
    ((starts,),) = planned.rows(statements.FREE if for_client is None else statements.FREE_FOR_CLIENT, params)
    # By place, for there are hundreds: days, seconds, microseconds.
    instants = [_EPOCH + dt.timedelta(0, 0, start) for start in starts]
    return [Interval(start, start + length) for start in instants]


def explain(
    provider: User | Coach,
    during: Interval,
    *,
    now: dt.datetime,
    for_client: Client | None = None,
    ignoring: Ignored = None,
) -> list[Obstacle]:
    """All that is in the way of a session at that time; nothing means bookable, on the coach's step or off it.

    Those that block come first: no coach can overrule them.  `for_client` and `ignoring` as in `free`.
    Raises: ValueError for a range of more than 366 days."""
    during, now = _checked(during), now.astimezone(dt.UTC)
    if (coach := coach_of(provider)) is None:
        return [Obstacle(code="no_hours", facts={}, blocks=False)]
    params = _params(coach, during, now=now, for_client=for_client, ignoring=ignoring)
    params["slot"] = during.as_range()
    rows = planned.rows(statements.WHY if for_client is None else statements.WHY_FOR_CLIENT, params)
    return obstacles_of(coach, during, [Found(*row) for row in rows], now=now, for_client=for_client)


def opening(provider: User | Coach, between: Interval) -> list[Interval]:
    """The coach's open hours in `between`, without time off, whatever is booked in them: for painting.

    Raises: ValueError for a range of more than 366 days."""
    between = _checked(between)
    if (coach := coach_of(provider)) is None:
        return []
    params = _hours_params(coach, between) | {"between": between.as_range()}
    return [Interval(starts_at, ends_at) for starts_at, ends_at in planned.rows(statements.OPENING, params)]


def closures(provider: User | Coach, between: Interval) -> list[Closure]:
    """The coach's times off that touch `between`, whole, in order.

    Raises: ValueError for a range of more than 366 days."""
    between = _checked(between)
    if (coach := coach_of(provider)) is None:
        return []
    away = TimeOff.objects.filter(coach=coach, during__overlap=between.as_range()).order_by("during", "pk")
    return [Closure(Interval.from_range(during), reason) for during, reason in away.values_list("during", "reason")]


def _checked(between: Interval) -> Interval:
    # In UTC, where differences and sums are real time; within one local zone Python reckons by the wall.
    span = Interval(between.starts_at.astimezone(dt.UTC), between.ends_at.astimezone(dt.UTC))
    if span.ends_at - span.starts_at > LONGEST:
        raise ValueError("a calendar is asked for 366 days at most")
    if span.starts_at.year not in _YEARS or span.ends_at.year not in _YEARS:
        raise ValueError("a calendar is asked for the years 1900 to 8999")
    return span


def coach_of(provider: User | Coach) -> Coach | None:
    """The settings of that provider's calendar; None for one who is no coach."""
    return provider if isinstance(provider, Coach) else getattr(provider, "coach", None)


def ignored_ids(ignoring: Ignored) -> list[int]:
    """The sessions whose own time counts as free, by id."""
    if ignoring is None:
        return []
    return [session.pk for session in (ignoring if isinstance(ignoring, tuple) else (ignoring,))]


def _params(
    coach: Coach, between: Interval, *, now: dt.datetime, for_client: Client | None, ignoring: Ignored
) -> dict[str, Any]:
    pause = dt.timedelta(minutes=coach.buffer_minutes)
    client: uuid.UUID | None = for_client.pk if for_client else None
    return _hours_params(coach, between) | {
        "pause": pause,
        "busy": Interval(between.starts_at - pause, between.ends_at + pause).as_range(),
        "now": now,
        "client": client,
        "ignoring": ignored_ids(ignoring),
    }


def _hours_params(coach: Coach, between: Interval) -> dict[str, Any]:
    """Whole local days, as the step counts from where an opening begins, though that be before `between`."""
    where = time.zone(coach.time_zone)
    first = between.starts_at.astimezone(where).date()
    last = (between.ends_at - dt.timedelta(microseconds=1)).astimezone(where).date()
    whole_days = Interval(time.day_bounds(first, where).starts_at, time.day_bounds(last, where).ends_at)
    clocks = stretches(where, whole_days)
    return {
        "coach": coach.pk,
        "first_day": first,
        "last_day": last,
        "holidays": holidays.dates_in(first, last) if coach.closed_on_holidays else [],
        "whole_days": whole_days.as_range(),
        "clocks": [Interval(clock.starts_at, clock.ends_at).as_range() for clock in clocks],
        "ahead": [clock.ahead for clock in clocks],
    }
