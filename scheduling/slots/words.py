"""The words of the obstacles, for the coach whose calendar it is; times as the clock on the coach's wall shows them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.dateformat import format as spell
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kernel import dates
from scheduling import holidays

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def headline(code: str, facts: Mapping[str, Any]) -> str:
    """The reason in a few words."""
    return _HEADLINES[code](facts)


def detail(code: str, facts: Mapping[str, Any]) -> str:
    """A sentence on what it follows from; empty when the headline has said all."""
    return _DETAILS[code](facts)


def _outside(facts: Mapping[str, Any]) -> str:
    if facts["edge"] is None:
        return _("Outside your hours")
    words = ngettext(
        "%(minutes)s minute outside your hours", "%(minutes)s minutes outside your hours", facts["minutes"]
    )
    return words % facts


def _outside_detail(facts: Mapping[str, Any]) -> str:
    starts_at, ends_at, hours = _wall(facts["starts_at"]), _wall(facts["ends_at"]), facts["hours"]
    day = spell(starts_at, "l")
    if not hours:
        return _("%(day)s is closed.") % {"day": day}
    if facts["edge"] == "end":
        times = {"day": day, "edge": _clock(hours[-1][1]), "time": dates.clock(ends_at)}
        return _("%(day)s ends at %(edge)s, this session at %(time)s.") % times
    if facts["edge"] == "start":
        times = {"day": day, "edge": _clock(hours[0][0]), "time": dates.clock(starts_at)}
        return _("%(day)s starts at %(edge)s, this session at %(time)s.") % times
    spans = ", ".join(dates.span(_wall(opens), _wall(closes)) for opens, closes in hours)
    return _("%(day)s is open %(hours)s.") % {"day": day, "hours": spans}


def _holiday(facts: Mapping[str, Any]) -> str:
    return _("Closed: %(holiday)s") % {"holiday": holidays.name_of(facts["date"])}


def _pause(facts: Mapping[str, Any]) -> str:
    if not facts["minutes"]:
        return _("No pause between two sessions")
    words = ngettext("A pause of only %(minutes)s minute", "A pause of only %(minutes)s minutes", facts["minutes"])
    return words % facts


def _pause_detail(facts: Mapping[str, Any]) -> str:
    facts = {**facts, "client": facts["client"] or _("Busy")}
    if facts["side"] == "before":
        words = _("Before it: %(client)s, until %(time)s. Your pause: %(needed)s min.")
        return words % {**facts, "time": _clock(facts["ends_at"])}
    words = _("After it: %(client)s, from %(time)s. Your pause: %(needed)s min.")
    return words % {**facts, "time": _clock(facts["starts_at"])}


def _time_off(facts: Mapping[str, Any]) -> str:
    return _("Time off: %(reason)s") % facts if facts["reason"] else _("Time off")


def _time_off_detail(facts: Mapping[str, Any]) -> str:
    ends_at = _wall(facts["ends_at"])
    if ends_at.time() == dt.time():
        # Whole days are said by the last of them, not by the midnight after it.
        return _("Until %(when)s.") % {"when": dates.day(ends_at - dt.timedelta(days=1))}
    return _("Until %(when)s.") % {"when": dates.day_time(ends_at)}


def _held(facts: Mapping[str, Any]) -> str:
    return _("Held for %(client)s") % facts if facts["client"] else _("Held for somebody")


def _taken(facts: Mapping[str, Any]) -> str:
    return _("Taken by %(client)s") % facts if facts["client"] else _("Taken")


def _taken_detail(facts: Mapping[str, Any]) -> str:
    return dates.span(_wall(facts["starts_at"]), _wall(facts["ends_at"])) + "."


def _when(words: Callable[[], str], fact: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda facts: words() % {"when": dates.day_time(_wall(facts[fact]))}


def _wall(at: dt.datetime) -> dt.datetime:
    # Without its zone a time is shown as it stands, not as the reader's own clock would have it.
    return at.replace(tzinfo=None)


def _clock(at: dt.datetime) -> str:
    return dates.clock(_wall(at))


_HEADLINES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "no_hours": lambda _facts: _("No opening hours yet"),
    "holiday": _holiday,
    "outside_hours": _outside,
    "time_off": _time_off,
    "buffer": _pause,
    "notice": lambda _facts: _("Shorter notice than you ask for"),
    "horizon": lambda _facts: _("Further ahead than you plan"),
    "past": lambda _facts: _("This time is past"),
    "hold": _held,
    "session": _taken,
    "client_busy": lambda facts: _("%(client)s is busy then") % facts,
}
_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "no_hours": lambda _facts: _("Without weekly hours, no time can be offered."),
    "holiday": lambda facts: _("%(day)s is a public holiday.") % {"day": dates.day(facts["date"])},
    "outside_hours": _outside_detail,
    "time_off": _time_off_detail,
    "buffer": _pause_detail,
    "notice": _when(lambda: _("By your rule, the earliest time is %(when)s."), "earliest"),
    "horizon": _when(lambda: _("By your rule, times are open until %(when)s."), "latest"),
    "past": _when(lambda: _("It began on %(when)s."), "starts_at"),
    "hold": _when(lambda: _("Until %(when)s."), "until"),
    "session": _taken_detail,
    "client_busy": lambda _facts: "",
}
