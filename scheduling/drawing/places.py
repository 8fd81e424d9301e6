"""Where an entry stands on the clock and by which id it is found, in the words of the stylesheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateformat import format as spell
from django.utils.translation import gettext as _

from config.kernel import dates
from config.kernel.time import now

if TYPE_CHECKING:
    import datetime as dt

    from scheduling.queries.layout import Entry

# What the stylesheet knows: starts and lengths of whole five minutes.
_GRAIN = 5
_USUAL_LANES, _MOST_LANES = 2, 4
_A_WEEK = 7


def place(local: dt.datetime, minutes: int = 0) -> str:
    """The classes that put it on the clock: "h-13 m-30 d-50" is from 13:30, fifty minutes; without a length,
    "h-11 m-45" is a moment."""
    minute = local.minute - local.minute % _GRAIN
    if not minutes:
        return f"h-{local.hour} m-{minute}"
    length = max(_GRAIN, round(minutes / _GRAIN) * _GRAIN)
    return f"h-{local.hour} m-{minute} d-{length}" if minute else f"h-{local.hour} d-{length}"


def lane(entry: Entry) -> str:
    """The class of its lane, with a space before; nothing for what has the whole width."""
    if not entry.lane:
        return ""
    lanes = min(entry.lanes, _MOST_LANES)
    return f" lane-{min(entry.lane, lanes)}" + (f" of-{lanes}" if lanes > _USUAL_LANES else "")


def at_id(local: dt.datetime) -> str:
    """The id of what begins then, "at-2026-11-23-1300": the focus finds the session where the free time was."""
    return f"at-{local:%Y-%m-%d-%H%M}"


def until_word(at: dt.datetime, *, on: dt.date) -> str:
    """What fits the card of the day `on`: "18:00" on that day, else "today", "Tue" within a week, "Sat 31 Oct"."""
    date = timezone.localtime(at).date()
    away = (date - timezone.localtime(now()).date()).days
    if date == on:
        return dates.clock(at)
    if not away:
        return _("today")
    return spell(date, "D") if 0 < away < _A_WEEK else dates.short_day(date)
