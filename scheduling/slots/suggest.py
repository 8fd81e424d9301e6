"""The best other times near a wish, spread over the days so that one of them is likely to fit."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from config.kernel import time
from config.kernel.time import Interval
from scheduling.slots.engine import coach_of, free
from scheduling.slots.obstacles import bookable_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clients.models import Client, User
    from scheduling.models import Coach, Session

WITHIN = dt.timedelta(days=14)
A_DAY = 2
# A time that is nearly here cannot be offered: nobody would have time to say yes.
TO_ANSWER = dt.timedelta(hours=2)
# An hour off the wished one is as bad as a day away.
_A_DAY_AWAY = 60


def suggest(
    provider: User | Coach,
    *,
    near: Interval,
    now: dt.datetime,
    for_client: Client | None,
    ignoring: Session | None = None,
    count: int = 7,
) -> list[Interval]:
    """Up to `count` free times as long as `near`, beside it and at most 14 days from it, in order of time.

    First the same day, then near the same hour of the days around it, at most two a day; days and hours are those
    of the client, or of the provider without one.  None is so soon that it could not be answered first, and no two
    overlap: who takes one leaves the others as they were.
    The same question gets the same answer.  Raises: ValueError for a length that no session may have."""
    if (coach := coach_of(provider)) is None:
        return []
    near = Interval(near.starts_at.astimezone(dt.UTC), near.ends_at.astimezone(dt.UTC))
    around = Interval(near.starts_at - WITHIN, near.ends_at + WITHIN)
    slots = free(coach, around, near.minutes, now=now, for_client=for_client, ignoring=ignoring)
    soonest = bookable_from(coach, now) + TO_ANSWER
    where = time.zone((for_client or coach).time_zone)
    best = _ranked([slot for slot in slots if slot.starts_at >= soonest and not slot.overlaps(near)], near, where)
    return sorted(slot for *_, slot in sorted(best)[:count])


def _ranked(slots: Iterable[Interval], near: Interval, where: dt.tzinfo) -> list[tuple[int, int, bool, Interval]]:
    """The best of each day with what they are sorted by: the smaller, the better."""
    wish = near.starts_at.astimezone(where)
    days: dict[int, list[tuple[int, Interval]]] = defaultdict(list)
    for slot in slots:
        local = slot.starts_at.astimezone(where)
        days[(local.date() - wish.date()).days].append((_apart(local, wish), slot))
    return [
        # The second time of another day comes after the first of every day.
        (place if away else 0, abs(away) * _A_DAY_AWAY + apart if away else 0, away < 0, slot)
        for away, times in days.items()
        for place, (apart, slot) in enumerate(_side_by_side(sorted(times)))
    ]


def _side_by_side(times: Iterable[tuple[int, Interval]]) -> list[tuple[int, Interval]]:
    """The best first, without those that overlap a better one."""
    kept: list[tuple[int, Interval]] = []
    for apart, slot in times:
        if len(kept) == A_DAY:
            break
        if not any(slot.overlaps(better) for _, better in kept):
            kept.append((apart, slot))
    return kept


def _apart(one: dt.datetime, other: dt.datetime) -> int:
    """Minutes between the two on the face of a clock."""
    return abs((one.hour - other.hour) * 60 + one.minute - other.minute)
