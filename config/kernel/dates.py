"""Days and hours as people read them, in the active language and zone; templates have them as `{% load when %}`."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.dateformat import format as spell
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from config.kernel.time import now

# "E" is the month as it stands after a number: a genitive in Greek, the plain name in English.
_DAY, _SHORT_DAY, _CLOCK = "l j E", "D j M", "H:i"
# From these hours on people wish one another a good morning, afternoon, evening.
_DAWN, _NOON, _EVENING = 4, 12, 18
# Names that Django has too; these are here because Greek writes them otherwise than it does.
_OURS = (gettext_noop("Sat"), gettext_noop("nov"))


def day(value: dt.date) -> str:
    """ "Tuesday 3 November", with the year when it is not the present one."""
    return _spell_day(value, _DAY)


def day_time(value: dt.datetime) -> str:
    """ "Tuesday 3 November, 18:00"."""
    return f"{day(value)}, {clock(value)}"


def short_day(value: dt.date) -> str:
    """ "Tue 3 Nov", with the year when it is not the present one."""
    return _spell_day(value, _SHORT_DAY)


def short_day_time(value: dt.datetime) -> str:
    """ "Tue 3 Nov, 18:00"."""
    return f"{short_day(value)}, {clock(value)}"


def clock(value: dt.datetime | dt.time) -> str:
    """ "18:00"."""
    return spell(_here(value) if isinstance(value, dt.datetime) else value, _CLOCK)


def span(starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    """ "13:00–13:50"."""
    return f"{clock(starts_at)}–{clock(ends_at)}"


def near(value: dt.datetime) -> str:
    """ "today, 10:00", "tomorrow, 10:00", "yesterday, 10:00", else the day in full."""
    words = {-1: _("yesterday, %(time)s"), 0: _("today, %(time)s"), 1: _("tomorrow, %(time)s")}
    away = (_here(value).date() - _here(now()).date()).days
    return words[away] % {"time": clock(value)} if away in words else day_time(value)


def near_day(value: dt.date) -> str:
    """ "today", "yesterday", else "Tuesday 3 November"."""
    away = (_here(now()).date() - value).days
    words = {0: _("today"), 1: _("yesterday")}
    return words[away] if away in words else day(value)


def lately(value: dt.datetime) -> str:
    """ "18:00" today, else "Tue 3 Nov, 18:00"."""
    return clock(value) if _here(value).date() == _here(now()).date() else short_day_time(value)


def month(value: dt.date) -> str:
    """ "November 2026"."""
    return spell(value, "F Y")


def length(value: dt.timedelta) -> str:
    """ "35 min", "2 h 10 min", "3 days 4 h": as exact as it matters."""
    minutes = round(value.total_seconds() / 60)
    hours, days = round(minutes / 60), 0
    if minutes < 24 * 60:
        hours, minutes = divmod(minutes, 60)
    else:
        (days, hours), minutes = divmod(hours, 24), 0
    parts = [
        ngettext("%(days)s day", "%(days)s days", days) % {"days": days} if days else "",
        ngettext("%(hours)s h", "%(hours)s h", hours) % {"hours": hours} if hours else "",
        ngettext("%(count)s min", "%(count)s min", minutes) % {"count": minutes} if minutes else "",
    ]
    return " ".join(filter(None, parts)) or _("at once")


def greeting(value: dt.datetime) -> str:
    """ "Good morning", "Good afternoon", and in the evening and the night "Good evening"."""
    hour = _here(value).hour
    if _DAWN <= hour < _NOON:
        return _("Good morning")
    return _("Good afternoon") if _NOON <= hour < _EVENING else _("Good evening")


def days_away(value: dt.datetime) -> str:
    """ "today", "tomorrow", "in 3 days", by the calendar and not by the hours."""
    away = (_here(value).date() - _here(now()).date()).days
    if away < 2:
        return _("tomorrow") if away == 1 else _("today")
    return ngettext("in %(days)s day", "in %(days)s days", away) % {"days": away}


def _spell_day(value: dt.date, how: str) -> str:
    local = _here(value) if isinstance(value, dt.datetime) else value
    return spell(local, how if local.year == _here(now()).year else f"{how} Y")


def _here(value: dt.datetime) -> dt.datetime:
    # A naive value is a clock on a wall and is shown as it stands.
    return timezone.localtime(value) if timezone.is_aware(value) else value
