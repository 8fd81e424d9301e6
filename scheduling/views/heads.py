"""The head of each view of the calendar: its title, what it counts, and where one goes from there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.dateformat import format as spell
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.kernel import dates
from scheduling.addresses import calendar_at
from scheduling.drawing.spans import span, span_title, tied

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from scheduling.queries.calendar.agenda import Agenda
    from scheduling.queries.calendar.day import OneDay
    from scheduling.queries.calendar.month import Month
    from scheduling.queries.calendar.week import Week

_WEEK = dt.timedelta(days=7)


class View(TextChoices):
    """How the calendar can be looked at."""

    DAY = "day", gettext_lazy("Day")
    WEEK = "week", gettext_lazy("Week")
    MONTH = "month", gettext_lazy("Month")
    AGENDA = "agenda", gettext_lazy("Agenda")


@dataclass(frozen=True, kw_only=True)
class Step:
    """A way to other days."""

    url: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands over the days, and what is said when they have come."""

    title: SafeString
    tab: str
    counts: tuple[str, ...]
    previous: Step
    next: Step
    # Where the region reads itself anew, and where today is.
    here: str
    today: str
    # What is read aloud.
    said: str


def of_day(one: OneDay) -> Head:
    """ "Thursday 29 October 2026": 7 sessions, 3 free times, 1 wish waits."""
    date = one.day.date
    free, wishes = len(one.day.free), one.wishes
    counts = [
        _("Today") if one.day.is_today else "",
        (one.day.reason or _("Closed")) if one.day.is_off else _sessions(one.sessions),
        _free(free) if free else "",
        ngettext("%(number)s wish waits", "%(number)s wishes wait", wishes) % {"number": wishes} if wishes else "",
    ]
    before, after = date - dt.timedelta(days=1), date + dt.timedelta(days=1)
    return Head(
        title=tied(spell(date, "l j E Y")),
        tab=dates.day(date),
        counts=tuple(filter(None, counts)),
        previous=Step(
            url=calendar_at(before, view=View.DAY), words=_("Previous day, %(day)s") % {"day": dates.day(before)}
        ),
        next=Step(url=calendar_at(after, view=View.DAY), words=_("Next day, %(day)s") % {"day": dates.day(after)}),
        here=calendar_at(date, view=View.DAY),
        today=calendar_at(view=View.DAY),
        said=f"{dates.day(date)}, {_sessions(one.sessions)}",
    )


def of_week(week: Week) -> Head:
    """ "26 October – 1 November 2026": week 44, 28 sessions, 24 of 31 h booked."""
    number = _("Week %(number)s") % {"number": week.number}
    tab = f"{number}, {span(week.monday, week.sunday)}"
    before, after = week.monday - _WEEK, week.monday + _WEEK
    return Head(
        title=span_title(week.monday, week.sunday),
        tab=tab,
        counts=tuple(filter(None, (number, _sessions(week.sessions), _booked(week)))),
        previous=Step(
            url=calendar_at(before, view=View.WEEK), words=_("Previous week, %(days)s") % {"days": _span_of(before, 7)}
        ),
        next=Step(
            url=calendar_at(after, view=View.WEEK), words=_("Next week, %(days)s") % {"days": _span_of(after, 7)}
        ),
        here=calendar_at(week.asked, view=View.WEEK),
        today=calendar_at(view=View.WEEK),
        said=f"{tab}, {_sessions(week.sessions)}",
    )


def of_month(month: Month) -> Head:
    """ "October 2026": 131 sessions, 112 of 140 h booked."""
    before = month.first - dt.timedelta(days=1)
    after = (month.first + dt.timedelta(days=31)).replace(day=1)
    name = spell(month.first, "F Y")
    return Head(
        title=tied(name),
        tab=name,
        counts=tuple(filter(None, (_sessions(month.sessions), _booked(month)))),
        previous=Step(
            url=calendar_at(before.replace(day=1), view=View.MONTH),
            words=_("Previous month, %(month)s") % {"month": spell(before, "F Y")},
        ),
        next=Step(
            url=calendar_at(after, view=View.MONTH), words=_("Next month, %(month)s") % {"month": spell(after, "F Y")}
        ),
        here=calendar_at(month.asked, view=View.MONTH),
        today=calendar_at(view=View.MONTH),
        said=f"{name}, {_sessions(month.sessions)}",
    )


def of_agenda(agenda: Agenda, *, step: int) -> Head:
    """ "26 October – 8 November 2026": 2 weeks, 41 sessions.  `step` is how many weeks one goes back or on."""
    before, after = agenda.first - step * _WEEK, agenda.first + step * _WEEK
    return Head(
        title=span_title(agenda.first, agenda.last),
        tab=f"{View.AGENDA.label}, {span(agenda.first, agenda.last)}",
        counts=(weeks_word(agenda.weeks), _sessions(agenda.sessions)),
        previous=Step(
            url=calendar_at(before, view=View.AGENDA),
            words=_("Earlier, %(days)s") % {"days": _span_of(before, step * 7)},
        ),
        next=Step(
            url=calendar_at(after, view=View.AGENDA), words=_("Later, %(days)s") % {"days": _span_of(after, step * 7)}
        ),
        here=calendar_at(agenda.first, view=View.AGENDA, weeks=agenda.weeks),
        today=calendar_at(view=View.AGENDA),
        said=f"{span(agenda.first, agenda.last)}, {_sessions(agenda.sessions)}",
    )


def weeks_word(weeks: int) -> str:
    """ "2 weeks"."""
    return ngettext("%(number)s week", "%(number)s weeks", weeks) % {"number": weeks}


def _sessions(number: int) -> str:
    return ngettext("%(counter)s session", "%(counter)s sessions", number) % {"counter": number}


def _free(number: int) -> str:
    return ngettext("%(counter)s free time", "%(counter)s free times", number) % {"counter": number}


def _booked(of: Week | Month) -> str:
    if not of.open_minutes:
        return ""
    return _("%(booked)s of %(open)s h booked") % {"booked": of.booked_hours, "open": of.open_hours}


def _span_of(first: dt.date, days: int) -> str:
    return span(first, first + dt.timedelta(days=days - 1))
