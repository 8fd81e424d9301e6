"""The engine's questions, asked of many times at once: one statement however many, and no answer of its own.

Each time is put to the very statement that `explain` and `free` run, as a row beside it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.kernel.time import Interval
from config.postgres import planned
from scheduling.slots import statements
from scheduling.slots.engine import _EPOCH, _checked, _params, coach_of
from scheduling.slots.obstacles import Found, Obstacle, bookable_from, bookable_until, obstacles_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from clients.models import Client, User
    from scheduling.models import Coach

# What differs from one time to the next, with its type; all else is the same for the whole calendar.
_OF_A_TIME = {
    "first_day": "date",
    "last_day": "date",
    "holidays": "text",
    "whole_days": "tstzrange",
    "busy": "tstzrange",
    "slot": "tstzrange",
    "earliest": "timestamptz",
    "latest": "timestamptz",
    # Only what ends in `for_each` asks for several people or lengths.
    "length": "interval",
    "client": "uuid",
}


@dataclass(frozen=True)
class Asked:
    """A piece of time, how long a session in it would be, and for whom."""

    between: Interval
    minutes: int
    client: uuid.UUID


def explain_many(
    provider: User | Coach, times: Sequence[Interval], *, now: dt.datetime, for_client: Client | None = None
) -> list[list[Obstacle]]:
    """What `slots.explain` says of each of these times, in their order.  One query.

    Raises: ValueError for times that are more than 366 days apart."""
    return _explained(provider, times, None, now=now, for_client=for_client)


def explain_for_each(provider: User | Coach, asked: Sequence[Asked], *, now: dt.datetime) -> list[list[Obstacle]]:
    """What `slots.explain` says of each of these times, in their order, but for what is held for that very client; who
    is busy elsewhere is not looked at.  One query; none for nobody.

    Raises: ValueError for times that are more than 366 days apart."""
    return _explained(provider, [each.between for each in asked], [each.client for each in asked], now=now)


def _explained(
    provider: User | Coach,
    times: Sequence[Interval],
    whose: Sequence[uuid.UUID] | None,
    *,
    now: dt.datetime,
    for_client: Client | None = None,
) -> list[list[Obstacle]]:
    times, now = [_checked(each) for each in times], now.astimezone(dt.UTC)
    if (coach := coach_of(provider)) is None:
        return [[Obstacle(code="no_hours", facts={}, blocks=False)] for _ in times]
    each = [
        _params(coach, one, now=now, for_client=for_client, ignoring=None) | {"slot": one.as_range()} for one in times
    ]
    if whose:
        each = [row | {"client": client} for row, client in zip(each, whose, strict=True)]
    statement = statements.WHY if for_client is None else statements.WHY_FOR_CLIENT
    several = frozenset({"client"}) if whose else frozenset[str]()
    found = defaultdict(list)
    for number, *row in _asked(statement, coach, times, each, now=now, for_client=for_client, several=several):
        found[number].append(Found(*row))
    return [obstacles_of(coach, one, found[number], now=now, for_client=for_client) for number, one in enumerate(times)]


def free_many(
    provider: User | Coach,
    between: Sequence[Interval],
    minutes: int,
    *,
    now: dt.datetime,
    for_client: Client | None = None,
) -> list[list[Interval]]:
    """What `slots.free` finds in each of these pieces of time, in their order.  One query.

    Raises: ValueError for pieces that are more than 366 days apart, or a length that no session may have."""
    pieces, now = [_checked(each) for each in between], now.astimezone(dt.UTC)
    length = dt.timedelta(minutes=minutes)
    if not dt.timedelta(minutes=5) <= length <= dt.timedelta(hours=8):
        raise ValueError("a session lasts from 5 minutes to 8 hours")
    answers: list[list[Interval]] = [[] for _ in pieces]
    if (coach := coach_of(provider)) is None:
        return answers
    open_ones = _bookable(coach, pieces, now)
    asked = [Interval(one.starts_at, one.ends_at + length) for one in open_ones.values()]
    each = [
        _params(coach, wide, now=now, for_client=for_client, ignoring=None)
        | {"earliest": one.starts_at, "latest": one.ends_at}
        for wide, one in zip(asked, open_ones.values(), strict=True)
    ]
    statement = statements.FREE if for_client is None else statements.FREE_FOR_CLIENT
    same = {"length": length, "step": dt.timedelta(minutes=coach.slot_step_minutes)}
    rows = _asked(statement, coach, asked, each, now=now, for_client=for_client, same=same)
    places = list(open_ones)
    for number, starts in rows:
        instants = (_EPOCH + dt.timedelta(microseconds=start) for start in starts)
        answers[places[number]] = [Interval(start, start + length) for start in instants]
    return answers


def free_for_each(coach: Coach, asked: Sequence[Asked], *, now: dt.datetime) -> list[list[Interval]]:
    """What `slots.free` finds for each of these people, in their order.  One query; none for nobody.

    Raises: ValueError for pieces that are more than 366 days apart."""
    now = now.astimezone(dt.UTC)
    answers: list[list[Interval]] = [[] for _ in asked]
    open_ones = _bookable(coach, [_checked(each.between) for each in asked], now)
    lengths = {number: dt.timedelta(minutes=asked[number].minutes) for number in open_ones}
    wide = [Interval(one.starts_at, one.ends_at + lengths[number]) for number, one in open_ones.items()]
    each = [
        _params(coach, around, now=now, for_client=None, ignoring=None)
        | {"earliest": one.starts_at, "latest": one.ends_at}
        | {"length": lengths[number], "client": asked[number].client}
        for around, (number, one) in zip(wide, open_ones.items(), strict=True)
    ]
    same = {"step": dt.timedelta(minutes=coach.slot_step_minutes)}
    several = frozenset({"length", "client"})
    rows = _asked(statements.FREE_FOR_CLIENT, coach, wide, each, now=now, for_client=None, same=same, several=several)
    places = list(open_ones)
    for place, starts in rows:
        number = places[place]
        instants = (_EPOCH + dt.timedelta(microseconds=start) for start in starts)
        answers[number] = [Interval(start, start + lengths[number]) for start in instants]
    return answers


def _bookable(coach: Coach, pieces: Sequence[Interval], now: dt.datetime) -> dict[int, Interval]:
    """What of each piece, by its place, lies neither too near nor too far; none that does altogether."""
    open_ones = {}
    for number, piece in enumerate(pieces):
        earliest = max(piece.starts_at, bookable_from(coach, now))
        latest = min(piece.ends_at, bookable_until(coach, now))
        if earliest < latest:
            open_ones[number] = Interval(earliest, latest)
    return open_ones


class _Beside(dict[str, str]):
    """Names in a statement: those of a time become columns of its row, all others stay parameters."""

    def __missing__(self, name: str) -> str:
        return f"%({name})s"


def _asked(
    statement: str,
    coach: Coach,
    times: Sequence[Interval],
    each: Sequence[Mapping[str, Any]],
    *,
    now: dt.datetime,
    for_client: Client | None,
    same: Mapping[str, Any] | None = None,
    several: frozenset[str] = frozenset(),
) -> list[Any]:
    """The rows of the statement for every time, in their own order, with the place of the time before them."""
    if not times:
        return []
    hull = _checked(Interval(min(one.starts_at for one in times), max(one.ends_at for one in times)))
    shared = {"length", "client"} - several
    own = {name: kind for name, kind in _OF_A_TIME.items() if name in each[0] and name not in shared}
    columns = ", ".join(f"%(each_{name})s::{kind}[]" for name, kind in own.items())
    asked = f"unnest({columns}) WITH ORDINALITY AS asked ({', '.join(own)}, number)"
    beside = statement % _Beside({name: f"asked.{name}" for name in own})
    params = {**_params(coach, hull, now=now, for_client=for_client, ignoring=None), **(same or {})}
    params |= {f"each_{name}": [_plain(row[name]) for row in each] for name in own}
    # Only the house's own statements and names are put together here; every value is a parameter.
    rows = f"SELECT row_number() OVER () AS place, whole.* FROM ({beside}) AS whole"  # noqa: S608
    whole = f"SELECT asked.number - 1, answer.* FROM {asked} CROSS JOIN LATERAL ({rows}) AS answer ORDER BY 1, 2"  # noqa: S608
    return [(number, *row) for number, _place, *row in planned.rows(whole, params)]


def _plain(value: Any) -> Any:
    """A list as PostgreSQL writes it: an array of arrays could not be of several lengths."""
    return "{%s}" % ",".join(map(str, value)) if isinstance(value, list) else value  # noqa: UP031  braces of its own
