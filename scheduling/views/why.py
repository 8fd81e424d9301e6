"""Why a time is not offered: any time of one's own calendar, each reason with the way to do something about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from config.kernel import htmx, time
from scheduling.access import coach_only
from scheduling.forms import WhenForm
from scheduling.queries.why import why_not
from scheduling.views import when

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.queries.why import WhyNot
    from scheduling.slots import Obstacle

WHY = ("scheduling/calendar_why.html", "scheduling/_calendar_why.html")
HOURS, RULES = "/settings/hours/", "/settings/rules/"
# Where the coach can do something about it; a session has an address of its own, the past none.
_STEPS = {
    "no_hours": (f"{HOURS}#week", gettext_lazy("Enter weekly hours")),
    "outside_hours": (f"{HOURS}#week", gettext_lazy("Change your hours")),
    "holiday": (f"{HOURS}#holidays", gettext_lazy("Open this date, or stay open on holidays")),
    "time_off": (f"{HOURS}#away", gettext_lazy("Change your time off")),
    "buffer": (RULES, gettext_lazy("Change the pause")),
    "notice": (RULES, gettext_lazy("Change the notice")),
    "horizon": (RULES, gettext_lazy("Change how far ahead you plan")),
    "hold": ("/conflicts/", gettext_lazy("See it in Pending")),
}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """An obstacle, and where to go about it: words and an address, or neither."""

    obstacle: Obstacle
    words: str = ""
    url: str = ""


@coach_only
@require_safe
def calendar_why(request: PersonRequest) -> HttpResponse:
    """What is in the way of `day`, `at` and `minutes`.  Without `at`, a form to ask with; a time that is none: 422."""
    coach = request.user.coach
    today = time.now().astimezone(time.zone(coach.time_zone)).date()
    usual = {"day": today.isoformat(), "minutes": str(coach.session_minutes)}
    form = WhenForm(usual | request.GET.dict(), coach=coach)
    if "at" not in request.GET and "day" not in form.errors:
        return _show(request, form.draft(), None)
    during = form.during()
    return _show(request, form, why_not(coach, during, now=time.now()) if during and form.is_valid() else None)


def _show(request: PersonRequest, form: WhenForm, why: WhyNot | None) -> HttpResponse:
    coach = request.user.coach
    context = {
        "form": form,
        "why": why,
        "reasons": [_reason(obstacle) for obstacle in why.obstacles] if why else [],
        "in_dialog": htmx.wants_part(request),
        "back": when.calendar_address(why.during.starts_at if why else time.now(), coach),
    }
    return htmx.page_or_part(request, *WHY, context, status=422 if form.errors else 200, dialog=True)


def _reason(obstacle: Obstacle) -> Reason:
    if obstacle.code == "session" and obstacle.facts["client"]:
        url = reverse("scheduling:session_detail", args=[obstacle.facts["session"]])
        return Reason(obstacle=obstacle, words=_("Open the session"), url=url)
    url, words = _STEPS.get(obstacle.code, ("", ""))
    return Reason(obstacle=obstacle, words=str(words), url=url) if _is_there(url) else Reason(obstacle=obstacle)


def _is_there(url: str) -> bool:
    """Whether a page of ours stands at that address."""
    try:
        resolve(url.partition("#")[0])
    except Resolver404:
        return False
    return True
