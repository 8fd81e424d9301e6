"""My hours: the page with all its parts, and the weekly hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from scheduling.access import coach_only
from scheduling.actions.hours import replace_week
from scheduling.errors import BreaksSessions, SettingsChanged
from scheduling.hours_forms import WeekForm, decisions_in
from scheduling.queries import closing
from scheduling.queries.hours import away_ahead, dates_ahead, next_holiday, weekly_hours
from scheduling.settings_forms import AwayForm, DateForm
from scheduling.views import breaks, parts
from scheduling.views.parts import part_of_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import Coach

PAGE = "scheduling/settings_hours.html"
WEEK = "scheduling/_settings_week.html"


@coach_only
@require_safe
def settings_hours(request: PersonRequest) -> HttpResponse:
    """Weekly hours, time off, other hours on dates, public holidays: each part saves by itself."""
    return htmx.page_or_part(request, PAGE, PAGE, page_context(request.user.coach))


@coach_only
@part_of_page
def settings_week(request: PersonRequest) -> HttpResponse:
    """Save the whole week; the buttons inside only change the form.

    Sessions outside the new hours: 409, and the list of them.  Saved elsewhere meanwhile: 409, with both."""
    form = WeekForm.typed(request.POST)
    if form.press(request.POST):
        return _show(request, form)
    if not form.is_valid():
        return _show(request, form, status=422)
    decisions = decisions_in({} if breaks.is_choosing(request.POST) else request.POST)
    try:
        done = replace_week(form.week, by=request.user, now=time.now(), seen=form.seen, decisions=decisions)
    except BreaksSessions as broken:
        return breaks.ask(request, broken, save=_("Save the week all the same"))
    except SettingsChanged as changed:
        form.seen = changed.standing.token
        return _show(request, form, refusal=changed)
    except Refusal as refusal:
        return _show(request, form, refusal=refusal)
    return parts.saved(
        request,
        WEEK,
        lambda: week_context(request.user.coach, saved=True),
        target="#week",
        done=done,
        toast=_("Weekly hours saved."),
    )


def page_context(coach: Coach, **sent: Any) -> dict[str, Any]:
    """All that the page shows; `sent` are forms as they were sent."""
    now = time.now()
    ahead = closing.booked_ahead(coach, now=now)
    week = weekly_hours(coach)
    return {
        "form": WeekForm.of(week),
        "date_form": DateForm(coach=coach),
        "away_form": AwayForm(coach=coach),
        "dates": dates_ahead(coach, week, now=now),
        "away": away_ahead(coach, [each.during for each in ahead], now=now),
        "outside": len(closing.outside(coach, ahead)),
        **holidays_context(coach),
        **sent,
    }


def week_context(coach: Coach, *, saved: bool = False) -> dict[str, Any]:
    """The weekly hours as they stand."""
    return {"form": WeekForm.of(weekly_hours(coach)), "saved_at": time.now() if saved else None}


def holidays_context(coach: Coach) -> dict[str, Any]:
    """The switch of the public holidays, the country by its name, and the next of them."""
    language = get_language() or settings.LANGUAGE_CODE
    country = Locale.parse(language.replace("-", "_")).territories.get(settings.PRACTICE_COUNTRY)
    return {
        "is_closed": coach.closed_on_holidays,
        "country": country or settings.PRACTICE_COUNTRY,
        "holiday": next_holiday(coach, now=time.now()),
    }


def _show(request: PersonRequest, form: WeekForm, *, status: int = 200, refusal: Refusal | None = None) -> HttpResponse:
    standing = refusal.standing if isinstance(refusal, SettingsChanged) else None
    shown = {"form": form, "refusal": refusal, "standing": WeekForm.of(standing) if standing else None}
    code = refusal.status if refusal else status
    if not htmx.wants_part(request):
        return htmx.page_or_part(request, PAGE, WEEK, page_context(request.user.coach, **shown), status=code)
    return parts.put(request, WEEK, shown, target="#week", status=code)
