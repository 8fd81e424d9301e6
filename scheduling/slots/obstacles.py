"""Why a time cannot be booked just like that: reasons as facts, made of what the engine found."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.kernel import time
from config.kernel.time import Interval
from scheduling.slots import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from clients.models import Client
    from scheduling.models import Coach

# These no coach can overrule: the database itself refuses them.
BLOCKING = frozenset({"session", "client_busy"})
_ORDER = (
    *("session", "client_busy", "hold", "time_off", "no_hours", "holiday", "outside_hours"),
    *("buffer", "past", "notice", "horizon"),
)


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """One reason against a time.  The instants among its facts are in the coach's zone."""

    code: str
    facts: Mapping[str, Any]
    blocks: bool

    @property
    def headline(self) -> str:
        """The reason in a few words of the reader's language: "20 minutes outside your hours"."""
        return words.headline(self.code, self.facts)

    @property
    def detail(self) -> str:
        """A sentence on what it follows from; may be empty."""
        return words.detail(self.code, self.facts)

    @property
    def words(self) -> str:
        """The headline and the detail."""
        return f"{self.headline}. {self.detail}".rstrip()


@dataclass(frozen=True)
class Found:
    """A row of the engine: a piece of time of that kind, whose or why, and until when it is so.

    "no_hours" is about no time, "holiday" about the date that is its name."""

    kind: str
    id: int | None
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    name: str | None
    until: dt.datetime | None

    @property
    def during(self) -> Interval:
        assert self.starts_at
        assert self.ends_at
        return Interval(self.starts_at, self.ends_at)


def obstacles_of(
    coach: Coach, during: Interval, found: Iterable[Found], *, now: dt.datetime, for_client: Client | None
) -> list[Obstacle]:
    """What the engine's rows and the clock say against that time; those that block come first."""
    where, rows = time.zone(coach.time_zone), list(found)
    facts = [
        *_about_hours(rows, during, where),
        *(_about_row(row, during, where, coach) for row in rows if row.kind in {"session", "hold", "time_off"}),
        *_about_clock(coach, during.starts_at, where, now),
    ]
    if for_client and any(row.kind == "client_busy" for row in rows):
        # With whom, and when exactly, is nobody else's business.
        facts.append(("client_busy", {"client": for_client.full_name}))
    obstacles = [Obstacle(code=code, facts=about, blocks=code in BLOCKING) for code, about in facts]
    return sorted(obstacles, key=lambda obstacle: _ORDER.index(obstacle.code))


def _about_hours(rows: list[Found], during: Interval, where: dt.tzinfo) -> Iterator[tuple[str, dict[str, Any]]]:
    if any(row.kind == "no_hours" for row in rows):
        yield "no_hours", {}
        return
    shut = sorted(dt.date.fromisoformat(row.name) for row in rows if row.kind == "holiday" and row.name)
    yield from (("holiday", {"date": day}) for day in shut)
    # A holiday says all of its date: outside of its hours can only be another one.
    days = [time.day_bounds(day, where) for day in during.days(where) if day not in shut]
    missed = [row.during for row in rows if row.kind == "outside_hours"]
    outside = [_clipped(part, day) for day in days for part in missed if part.overlaps(day)]
    if outside:
        yield "outside_hours", _outside(outside, during, days[0], rows, where)


def _outside(
    outside: list[Interval], during: Interval, day: Interval, rows: list[Found], where: dt.tzinfo
) -> dict[str, Any]:
    """How much of it is outside the hours, and what those are on its first day that is no holiday."""
    hours = [_clipped(row.during, day) for row in rows if row.kind == "hours" and row.during.overlaps(day)]
    from_there = Interval(max(during.starts_at, day.starts_at), during.ends_at)
    return {
        "minutes": math.ceil(sum((part.ends_at - part.starts_at).total_seconds() for part in outside) / 60),
        # Pairs: an Interval compares its ends as they stand on the wall, which errs where clocks change.
        "hours": tuple((part.starts_at.astimezone(where), part.ends_at.astimezone(where)) for part in hours),
        "edge": _edge(hours, during) if from_there == during else None,
        **_span(from_there, where),
    }


def _edge(hours: list[Interval], during: Interval) -> str | None:
    """Which end of the day's hours it crosses: the first "start" or the last "end"; None for anything else."""
    touched = [part for part in hours if part.overlaps(during)]
    if len(touched) != 1:
        return None
    if touched[0] is hours[-1] and touched[0].starts_at <= during.starts_at:
        return "end"
    if touched[0] is hours[0] and during.ends_at <= touched[0].ends_at:
        return "start"
    return None


def _about_row(row: Found, during: Interval, where: dt.tzinfo, coach: Coach) -> tuple[str, dict[str, Any]]:
    span = _span(row.during, where)
    if row.kind == "time_off":
        return "time_off", {"reason": row.name, **span}
    if not row.during.overlaps(during):
        before = row.during.ends_at <= during.starts_at
        gap = during.starts_at - row.during.ends_at if before else row.during.starts_at - during.ends_at
        minutes = int(gap.total_seconds() // 60)
        return "buffer", {
            "client": row.name,
            "session": row.id if row.kind == "session" else None,
            "side": "before" if before else "after",
            "minutes": minutes,
            "needed": coach.buffer_minutes,
            **span,
        }
    if row.kind == "session":
        return "session", {"session": row.id, "client": row.name, **span}
    until = row.until.astimezone(where) if row.until else None
    return "hold", {"client": row.name, "until": until, **span}


def _about_clock(
    coach: Coach, starts_at: dt.datetime, where: dt.tzinfo, now: dt.datetime
) -> Iterator[tuple[str, dict[str, Any]]]:
    earliest, latest = bookable_from(coach, now), bookable_until(coach, now)
    if starts_at < now:
        yield "past", {"starts_at": starts_at.astimezone(where)}
    elif starts_at < earliest:
        yield "notice", {"needed": coach.notice_minutes, "earliest": earliest.astimezone(where)}
    if starts_at >= latest:
        yield "horizon", {"days": coach.horizon_days, "latest": latest.astimezone(where)}


def bookable_from(coach: Coach, now: dt.datetime) -> dt.datetime:
    """The first instant at which a session may start: the notice is kept."""
    return now + dt.timedelta(minutes=coach.notice_minutes)


def bookable_until(coach: Coach, now: dt.datetime) -> dt.datetime:
    """The instant at which, and after which, no session may start yet."""
    return now + dt.timedelta(days=coach.horizon_days)


def _span(during: Interval, where: dt.tzinfo) -> dict[str, dt.datetime]:
    return {"starts_at": during.starts_at.astimezone(where), "ends_at": during.ends_at.astimezone(where)}


def _clipped(during: Interval, within: Interval) -> Interval:
    return Interval(max(during.starts_at, within.starts_at), min(during.ends_at, within.ends_at))
