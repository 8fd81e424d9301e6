"""The coach's calendar in its four views."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.dateformat import format as spell
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.kernel import device, htmx, time
from scheduling.access import coach_only
from scheduling.addresses import calendar_at
from scheduling.drawing import Sheet
from scheduling.queries.calendar import agenda
from scheduling.queries.calendar.day import day_of
from scheduling.queries.calendar.month import month_of
from scheduling.queries.calendar.week import week_of
from scheduling.queries.cards import Shown
from scheduling.views import heads
from scheduling.views.heads import View
from scheduling.views.paper import initialled, wants_initials

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import Coach

# Further away nobody plans; and years that Python or PostgreSQL cannot count are far beyond.
YEARS_AROUND = 20
# The view that was last used on this device.
COOKIE = "calendar_view"
PAGE, PART = "scheduling/calendar.html", "scheduling/_calendar.html"
# Folders, which lock sessions, are not built yet.
LEGEND = [each for each in Shown if each != Shown.LOCKED]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for, and what is wrong with it, in words."""

    view: View
    day: dt.date
    weeks: int
    trouble: str = ""


@coach_only
@require_safe
def calendar(request: PersonRequest) -> HttpResponse:
    """The day, week, month or agenda with `date`, or with today.  What is none of these: 400 and the reason, above
    what is asked for most."""
    coach, now = request.user.coach, time.now()
    today = now.astimezone(time.zone(coach.time_zone)).date()
    asked = _asked(request, today)
    initials = wants_initials(request)
    built = _BUILD[asked.view](coach, asked, now)
    shown = (initialled(built) if initials else built) | {
        "initials": initials,
        "asked_day": asked.day,
        "view": asked.view,
        "views": [(each, calendar_at(asked.day, view=each)) for each in View],
        "new_url": _new_url(built["first"], today),
        "open_until": _open_until(built["first"], coach, now),
        "trouble": asked.trouble,
        # The region that reads itself anew says nothing: nobody has gone anywhere.
        "announce": request.headers.get("HX-Trigger", "calendar") != "calendar",
        "sheet": Sheet(now=now, view=asked.view),
    }
    response = htmx.page_or_part(request, PAGE, PART, shown, status=400 if asked.trouble else 200)
    if not asked.trouble and "view" in request.GET and request.COOKIES.get(COOKIE) != asked.view:
        device.remember(response, COOKIE, asked.view)
    return response


def _day(coach: Coach, asked: Asked, now: dt.datetime) -> dict[str, Any]:
    one = day_of(coach, asked.day, now=now)
    return {"grid": one, "one": one, "head": heads.of_day(one), "first": asked.day}


def _week(coach: Coach, asked: Asked, now: dt.datetime) -> dict[str, Any]:
    week = week_of(coach, time.monday_of(asked.day), now=now, asked=asked.day)
    return {"grid": week, "head": heads.of_week(week), "first": week.monday, "legend": LEGEND}


def _month(coach: Coach, asked: Asked, now: dt.datetime) -> dict[str, Any]:
    month = month_of(coach, asked.day, now=now)
    return {"grid": month, "head": heads.of_month(month), "first": month.first}


def _agenda(coach: Coach, asked: Asked, now: dt.datetime) -> dict[str, Any]:
    found = agenda.agenda_of(coach, asked.day, asked.weeks, now=now)
    more = found.weeks + agenda.STEP
    # A list that has become too long to find anything in begins anew where it ends.
    further = (asked.day, more) if more <= agenda.MOST else (found.following, agenda.STEP)
    return {
        "grid": found,
        "head": heads.of_agenda(found, step=agenda.STEP),
        "first": asked.day,
        "more": calendar_at(further[0], view=View.AGENDA, weeks=further[1]),
        "more_words": _("Next %(weeks)s") % {"weeks": heads.weeks_word(agenda.STEP)},
    }


_BUILD = {View.DAY: _day, View.WEEK: _week, View.MONTH: _month, View.AGENDA: _agenda}


def _asked(request: PersonRequest, today: dt.date) -> Asked:
    """The view, day and length that the address asks for; what it does not say is as it was last, today, the usual."""
    said, usual = request.GET, request.COOKIES.get(COOKIE, "")
    fallback = View(usual) if usual in View.values else View.AGENDA if _is_phone(request) else View.WEEK
    try:
        view = View(said.get("view", fallback))
        weeks = _weeks(said.get("weeks", str(agenda.STEP)))
    except ValueError:
        return Asked(view=fallback, day=today, weeks=agenda.STEP, trouble=_("There is no such view of the calendar."))
    try:
        return Asked(view=view, day=_day_in(said.get("date", ""), today), weeks=weeks)
    except ValueError:
        words = _("“%(text)s” is not a day that this calendar has. Here is today.")
        return Asked(view=view, day=today, weeks=weeks, trouble=words % {"text": said["date"][:20]})


def _is_phone(request: PersonRequest) -> bool:
    """What a browser says of its device: on a phone, a list is easier to read than a grid."""
    return "Mobi" in request.headers.get("User-Agent", "")


def _day_in(text: str, today: dt.date) -> dt.date:
    """The day written as 2026-11-23; today when nothing is written.

    Raises: ValueError when it is no day, or too far away."""
    if not text:
        return today
    day = dt.date.fromisoformat(text)
    if abs(day.year - today.year) > YEARS_AROUND:
        raise ValueError("too far away")
    return day


def _weeks(text: str) -> int:
    if text not in {str(weeks) for weeks in range(agenda.STEP, agenda.MOST + 1, agenda.STEP)}:
        raise ValueError("no such length")
    return int(text)


def _open_until(first: dt.date, coach: Coach, now: dt.datetime) -> str:
    """For days beyond what the coach plans: the last day with times to book; else nothing."""
    last = (now + dt.timedelta(days=coach.horizon_days)).astimezone(time.zone(coach.time_zone)).date()
    if first <= last:
        return ""
    return spell(last, "j E" if last.year == now.year else "j E Y")


def _new_url(first: dt.date, today: dt.date) -> str:
    """The booking form, which begins at the first free time; of days ahead, at theirs."""
    url = reverse("scheduling:session_book")
    return f"{url}?day={first:%Y-%m-%d}" if first > today else url
