"""Other hours on single dates, and the public holidays."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from config.kernel import dates, htmx, time
from config.kernel.errors import Refusal
from scheduling.access import coach_only
from scheduling.actions.hours import close_on_holidays, set_date
from scheduling.errors import BreaksSessions
from scheduling.hours_forms import Row, decisions_in
from scheduling.queries.hours import dates_ahead, hours_on, weekly_hours
from scheduling.settings_forms import DateForm
from scheduling.views import breaks, parts
from scheduling.views.hours import PAGE, holidays_context, page_context
from scheduling.views.parts import part_of_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.hours import Closing, Decisions, Span

DATES, HOLIDAYS = "scheduling/_settings_dates.html", "scheduling/_settings_holidays.html"


@coach_only
@part_of_page
def settings_date(request: PersonRequest) -> HttpResponse:
    """Give a date hours of its own, or close it; what it had before comes back by one press."""
    form = DateForm(request.POST, coach=request.user.coach)
    if not form.is_valid():
        return _show(request, form, status=422)
    date: dt.date = form.cleaned_data["date"]
    before = hours_on(request.user.coach, date)
    try:
        done = set_date(date, form.hours(), by=request.user, now=time.now(), decisions=_decisions(request))
    except BreaksSessions as broken:
        return breaks.ask(request, broken, save=_("Save the date all the same"))
    except Refusal as refusal:
        return _show(request, form, refusal=refusal)
    return _saved(request, _("Saved: %(day)s.") % {"day": dates.day(date)}, done, undo=_undo(date, before))


@coach_only
@part_of_page
def settings_date_remove(request: PersonRequest) -> HttpResponse:
    """Give a date its weekly hours back; one press brings its own back."""
    try:
        date = dt.date.fromisoformat(request.POST.get("date", ""))
    except ValueError:
        raise Http404 from None
    before = hours_on(request.user.coach, date)
    try:
        done = set_date(date, None, by=request.user, now=time.now(), decisions=_decisions(request))
    except BreaksSessions as broken:
        return breaks.ask(request, broken, save=_("Remove it all the same"))
    words = _("Removed: %(day)s. The weekly hours count again.") % {"day": dates.day(date)}
    return _saved(request, words, done, undo=None if before is None else _undo(date, before))


@coach_only
@part_of_page
def settings_holidays(request: PersonRequest) -> HttpResponse:
    """Close on public holidays, or work on them."""
    is_closed = request.POST.get("closed") == "1"
    try:
        done = close_on_holidays(is_closed, by=request.user, now=time.now(), decisions=_decisions(request))
    except BreaksSessions as broken:
        return breaks.ask(request, broken, save=_("Close on holidays all the same"))
    words = _("Closed on public holidays.") if is_closed else _("Open on public holidays.")
    coach = request.user.coach

    def shown() -> dict[str, Any]:
        coach.refresh_from_db()
        return {**holidays_context(coach), "saved_at": time.now()}

    return parts.saved(request, HOLIDAYS, shown, target="#holidays", done=done, toast=words)


def _decisions(request: PersonRequest) -> Decisions:
    return decisions_in({} if breaks.is_choosing(request.POST) else request.POST)


def _undo(date: dt.date, before: Sequence[Span] | None) -> htmx.Undo:
    if before is None:
        return htmx.Undo(reverse("scheduling:settings_date_remove"), {"date": date.isoformat()})
    rows = {
        f"date-{side}-{number}": text
        for number, row in enumerate(map(Row.of, before))
        for side, text in (("from", row.starts), ("to", row.ends))
    }
    closed = {} if before else {"closed": "1"}
    return htmx.Undo(reverse("scheduling:settings_date"), {"date": date.isoformat(), **rows, **closed})


def _context(request: PersonRequest, **more: Any) -> dict[str, Any]:
    coach = request.user.coach
    ahead = dates_ahead(coach, weekly_hours(coach), now=time.now())
    return {"dates": ahead, "date_form": DateForm(coach=coach), **more}


def _saved(request: PersonRequest, words: str, done: Closing, *, undo: htmx.Undo | None) -> HttpResponse:
    return parts.saved(
        request,
        DATES,
        lambda: _context(request, saved_at=time.now()),
        target="#dates",
        done=done,
        toast=words,
        undo=undo,
    )


def _show(request: PersonRequest, form: DateForm, *, status: int = 200, refusal: Refusal | None = None) -> HttpResponse:
    shown = {"date_form": form, "date_refusal": refusal}
    code = refusal.status if refusal else status
    if not htmx.wants_part(request):
        return htmx.page_or_part(request, PAGE, DATES, page_context(request.user.coach, **shown), status=code)
    return parts.put(request, DATES, _context(request, **shown), target="#dates", status=code)
