"""How tests of the slots ask and read: the free times of one date, as the coach's clock shows them."""

from __future__ import annotations

import datetime as dt

from config.kernel import time
from scheduling import slots
from tests.factories import NOW


def day_of(date, *, where="Europe/Athens"):
    """That local date 'YYYY-MM-DD', from midnight to midnight."""
    return time.day_bounds(dt.date.fromisoformat(date), time.zone(where))


def starts(coach, date, minutes=None, *, now=NOW, **asked):
    """The local starts of the free times of that date."""
    found = slots.free(coach, day_of(date, where=coach.time_zone), minutes, now=now, **asked)
    return [shown(slot.starts_at, coach.time_zone) for slot in found]


def shown(at, where="Europe/Athens"):
    """An instant as 'HH:MM' on a clock there."""
    return f"{at.astimezone(time.zone(where)):%H:%M}"
