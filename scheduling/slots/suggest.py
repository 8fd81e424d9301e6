"""The best other times near a wish, spread over the days so that one of them is likely to fit."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from config.kernel import time
from config.kernel.time import Interval
from scheduling.slots.engine import free

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clients.models import Client, User
    from scheduling.models import Coach, Session

WITHIN = dt.timedelta(days=14)
A_DAY = 2
_NEAR_ENOUGH = 60  # minutes


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

    First the same day, then about the same hour of the days around it, at most two a day: days and hours are
    those of the client, or of the provider without one.  The same question gets the same answer."""
    near = Interval(near.starts_at.astimezone(dt.UTC), near.ends_at.astimezone(dt.UTC))
    around = Interval(near.starts_at - WITHIN, near.ends_at + WITHIN)
    slots = free(provider, around, near.minutes, now=now, for_client=for_client, ignoring=ignoring)
    where = time.zone((for_client or provider).time_zone)
    best = sorted(_ranked([slot for slot in slots if not slot.overlaps(near)], near, where))
    return sorted(slot for *_, slot in best[:count])


def _ranked(slots: Iterable[Interval], near: Interval, where: dt.tzinfo) -> list[tuple[int, bool, int, int, Interval]]:
    """The best of each day with what they are sorted by: the smaller, the better."""
    wish = near.starts_at.astimezone(where)
    days: dict[int, list[tuple[int, Interval]]] = defaultdict(list)
    for slot in slots:
        local = slot.starts_at.astimezone(where)
        days[(local.date() - wish.date()).days].append((_apart(local, wish), slot))
    return [
        # A second time of another day comes after the first of every day.
        (place if away else 0, apart > _NEAR_ENOUGH and bool(away), 2 * abs(away) - (away > 0), apart, slot)
        for away, times in days.items()
        for place, (apart, slot) in enumerate(sorted(times)[:A_DAY])
    ]


def _apart(one: dt.datetime, other: dt.datetime) -> int:
    """Minutes between the two on the face of a clock."""
    return abs((one.hour - other.hour) * 60 + one.minute - other.minute)
