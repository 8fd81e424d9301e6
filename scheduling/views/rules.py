"""How the calendar is booked: lengths, pause, notice, how far ahead; with an example that follows what is typed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from config.kernel.time import Interval
from scheduling import slots
from scheduling.access import coach_only
from scheduling.actions.hours import set_booking_rules
from scheduling.errors import BreaksSessions, SettingsChanged
from scheduling.hours_forms import decisions_in
from scheduling.models import Coach
from scheduling.queries.hours import rules_of
from scheduling.settings_forms import RulesForm
from scheduling.views import breaks, parts

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.hours import BookingRules

HOME = "scheduling:settings_rules"
PAGE, PART = "scheduling/settings_rules.html", "scheduling/_settings_rules.html"
_WEEKS = dt.timedelta(weeks=2)
# So many starts are named; a longer day is cut before its last.
_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Example:
    """The first day ahead with free times, as these rules would have it."""

    date: dt.date
    first: tuple[dt.datetime, ...]
    last: dt.datetime | None
    number: int


@coach_only
@require_http_methods(["GET", "HEAD", "POST"])
def settings_rules(request: PersonRequest) -> HttpResponse:
    """Show the rules, look again while they are typed, save them.

    Saved elsewhere meanwhile: 409.  Another zone that leaves sessions outside the hours: 409, and the list of them."""
    coach = request.user.coach
    if request.method != "POST":
        is_draft = "session_minutes" in request.GET
        standing = RulesForm.standing(rules_of(coach))
        return _show(request, RulesForm(request.GET if is_draft else standing), is_draft=is_draft)
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    decisions = decisions_in({} if breaks.is_choosing(request.POST) else request.POST)
    seen = form.cleaned_data["seen"]
    try:
        done = set_booking_rules(form.rules(), by=request.user, now=time.now(), seen=seen, decisions=decisions)
    except BreaksSessions as broken:
        return breaks.ask(request, broken, save=_("Save all the same"), back=HOME)
    except SettingsChanged as changed:
        again = RulesForm({**request.POST.dict(), "seen": changed.standing.token})
        return _show(request, again, refusal=changed)
    except Refusal as refusal:
        return _show(request, form, refusal=refusal)
    words = _("Booking rules saved.")

    def shown() -> dict[str, Any]:
        coach.refresh_from_db()
        return _context(coach, RulesForm(RulesForm.standing(rules_of(coach))), saved_at=time.now())

    return parts.saved(request, PART, shown, target="#rules", done=done, toast=words, to=HOME)


def example_of(coach: Coach, rules: BookingRules, *, now: dt.datetime) -> Example | None:
    """What the engine itself would offer by these rules, which are not saved for it; None when it is nothing."""
    would_be = Coach(pk=coach.pk, closed_on_holidays=coach.closed_on_holidays, **vars(rules))
    free = slots.free(would_be, Interval(now, now + _WEEKS), now=now)
    where = time.zone(rules.time_zone)
    starts = [each.starts_at.astimezone(where) for each in free]
    today = now.astimezone(where).date()
    for date, times in groupby(starts, key=lambda each: each.date()):
        if date > today:
            found = tuple(times)
            last = found[-1] if len(found) > _NAMED else None
            return Example(date=date, first=found[:_NAMED], last=last, number=len(found))
    return None


def _context(coach: Coach, form: RulesForm, **more: Any) -> dict[str, Any]:
    rules = form.rules() if form.is_valid() else rules_of(coach)
    return {
        "form": form,
        "example": example_of(coach, rules, now=time.now()),
        "rules": rules,
        "currency": settings.PRACTICE_CURRENCY,
        **more,
    }


def _show(
    request: PersonRequest,
    form: RulesForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    is_draft: bool = False,
) -> HttpResponse:
    standing = RulesForm(RulesForm.standing(refusal.standing)) if isinstance(refusal, SettingsChanged) else None
    shown = _context(request.user.coach, form, refusal=refusal, standing=standing, is_draft=is_draft)
    code = refusal.status if refusal else status
    if request.method == "POST" and htmx.wants_part(request):
        return parts.put(request, PART, shown, target="#rules", status=code)
    return htmx.page_or_part(request, PAGE, PART, shown, status=code)
