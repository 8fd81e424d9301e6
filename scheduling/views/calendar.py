"""The coach's calendar."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.dateformat import format as spell
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.kernel import htmx, time
from scheduling.access import coach_only
from scheduling.queries.calendar import week_of
from scheduling.queries.cards import Shown
from scheduling.views.paper import initialled, wants_initials

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import Coach
    from scheduling.queries.calendar import Week

# Further away nobody plans; and years that Python or PostgreSQL cannot count are far beyond.
YEARS_AROUND = 20
VIEWS = ("week",)
# Folders, which lock sessions, are not built yet.
LEGEND = [each for each in Shown if each != Shown.LOCKED]


@coach_only
@require_safe
def calendar(request: PersonRequest) -> HttpResponse:
    """The week of `date`, or this one.  A date that is none: 400, with this week and the reason above it."""
    coach, now = request.user.coach, time.now()
    today = now.astimezone(time.zone(coach.time_zone)).date()
    trouble = ""
    asked = today
    try:
        asked = _asked(request.GET.get("date", ""), today)
        if request.GET.get("view", "week") not in VIEWS:
            trouble = _("There is no such view of the calendar.")
    except ValueError:
        text = request.GET["date"][:20]
        trouble = _("“%(text)s” is not a day that this calendar has. Here is the present week.") % {"text": text}
    week = week_of(coach, time.monday_of(asked), now=now, asked=asked)
    initials = wants_initials(request)
    shown = {
        "week": initialled(week) if initials else week,
        "initials": initials,
        "previous": _week_at(week.monday, -7),
        "next": _week_at(week.monday, 7),
        "new_url": _new_url(week, today),
        "pending_url": reverse("scheduling:conflict_list"),
        "legend": LEGEND,
        "open_until": _open_until(week, coach, now),
        "trouble": trouble,
        "announce": request.headers.get("HX-Trigger", "").startswith("cal-"),
    }
    return htmx.page_or_part(
        request, "scheduling/calendar.html", "scheduling/_calendar.html", shown, status=400 if trouble else 200
    )


def _asked(text: str, today: dt.date) -> dt.date:
    """The day written as 2026-11-23; today when nothing is written.

    Raises: ValueError when it is no day, or too far away."""
    if not text:
        return today
    day = dt.date.fromisoformat(text)
    if abs(day.year - today.year) > YEARS_AROUND:
        raise ValueError("too far away")
    return day


def _week_at(monday: dt.date, days: int) -> dict[str, dt.date]:
    first = monday + dt.timedelta(days=days)
    return {"monday": first, "sunday": first + dt.timedelta(days=6)}


def _open_until(week: Week, coach: Coach, now: dt.datetime) -> str:
    """For a week beyond what the coach plans: the last day with times to book; else nothing."""
    last = (now + dt.timedelta(days=coach.horizon_days)).astimezone(time.zone(coach.time_zone)).date()
    if week.monday <= last:
        return ""
    return spell(last, "j E" if last.year == now.year else "j E Y")


def _new_url(week: Week, today: dt.date) -> str:
    """The booking form, which begins at the first free time; in a later week, of that week."""
    url = reverse("scheduling:session_book")
    return f"{url}?day={week.monday:%Y-%m-%d}" if week.monday > today else url
