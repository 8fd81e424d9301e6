"""Time off: what it breaks is listed first; and the sessions that stand where the calendar is closed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from config.kernel import dates, htmx, time
from config.kernel.errors import Refusal
from scheduling.access import coach_only
from scheduling.actions.away import end_time_off, take_time_off
from scheduling.errors import BreaksSessions
from scheduling.hours import Closing
from scheduling.hours_forms import decisions_in
from scheduling.queries import closing
from scheduling.queries.hours import away_ahead
from scheduling.settings_forms import AwayForm
from scheduling.views import breaks, parts
from scheduling.views.hours import PAGE, page_context
from scheduling.views.parts import part_of_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.hours import Absence, Booked
    from scheduling.queries.hours import Away

AWAY = "scheduling/_settings_away.html"
OUTSIDE = "scheduling/settings_outside.html"
MOST_LISTED = 100


@dataclass(frozen=True, kw_only=True)
class Stray:
    """A session that stands where the calendar is closed, and why it is closed there."""

    session: Booked
    why: str
    can_ask: bool
    to_ask: bool

    @property
    def ask_url(self) -> str:
        """Where other times for it are chosen and sent."""
        return f"{reverse('scheduling:session_detail', args=[self.session.id])}ask/"


@coach_only
@part_of_page
def settings_away(request: PersonRequest) -> HttpResponse:
    """Take time off.  Sessions in it: 409, and the list of them, with what is on offer and wished for there."""
    form = AwayForm(request.POST, coach=request.user.coach)
    if not form.is_valid():
        return _show(request, form, status=422)
    absence, now = form.absence(), time.now()
    decisions = decisions_in({} if breaks.is_choosing(request.POST) else request.POST)
    try:
        done = take_time_off(absence, by=request.user, now=now, decisions=decisions)
    except BreaksSessions as broken:
        number = len(broken.sessions)
        words = ngettext("%(number)s session is booked then", "%(number)s sessions are booked then", number)
        title = words % {"number": number} if number else _("Something is open for these days")
        return breaks.ask(request, broken, save=_("Close these days"), title=title)
    except Refusal as refusal:
        return _show(request, form, refusal=refusal)
    words = _("Time off: %(days)s.") % {"days": _days(absence, request)}
    remove = done.time_off and reverse("scheduling:settings_away_remove", args=[done.time_off])
    return _saved(request, words, done, undo=htmx.Undo(remove) if remove else None)


@coach_only
@part_of_page
def settings_away_remove(request: PersonRequest, time_off_id: int) -> HttpResponse:
    """Come back: the hours count again.  One press takes the time off anew."""
    absence = end_time_off(time_off_id, by=request.user, now=time.now())
    if absence is None:
        # Gone already, unknown, or somebody else's: the list as it stands says so, and tells nothing.
        return _saved(request, _("This time off is not there any more."), Closing())
    words = _("Removed: %(days)s.") % {"days": _days(absence, request)}
    return _saved(request, words, Closing(), undo=_undo(absence, request))


@coach_only
@require_safe
def settings_outside(request: PersonRequest) -> HttpResponse:
    """Every session ahead that stands where the calendar is closed; `?ask=4,7` are those chosen to be asked."""
    coach, now = request.user.coach, time.now()
    ahead = closing.booked_ahead(coach, now=now)
    away = away_ahead(coach, [], now=now)
    chosen = {int(number) for number in re.findall(r"[0-9]{1,18}", request.GET.get("ask", "")[:2000])}
    stray = closing.outside(coach, ahead)
    found = [_stray(each, away, chosen) for each in ahead if each.id in stray]
    shown = {
        "to_ask": [each for each in found if each.to_ask],
        "others": [each for each in found if not each.to_ask][:MOST_LISTED],
        "number": len(found),
    }
    return render(request, OUTSIDE, shown)


def _stray(session: Booked, away: Sequence[Away], chosen: set[int]) -> Stray:
    off = next((each for each in away if each.during.overlaps(session.during)), None)
    why = _("Outside your hours") if off is None else _("Time off: %(reason)s") % {"reason": off.reason}
    can_ask = session.in_care and not session.is_asked and not session.has_begun
    return Stray(
        session=session,
        why=why if off is None or off.reason else _("Time off"),
        can_ask=can_ask,
        to_ask=session.id in chosen and can_ask,
    )


def _days(absence: Absence, request: PersonRequest) -> str:
    """ "Monday 21 December to Sunday 3 January"."""
    days = list(absence.during.days(time.zone(request.user.coach.time_zone)))
    first, last = dates.day(days[0]), dates.day(days[-1])
    return first if days[0] == days[-1] else _("%(first)s to %(last)s") % {"first": first, "last": last}


def _undo(absence: Absence, request: PersonRequest) -> htmx.Undo:
    fields = AwayForm.standing(absence, request.user.coach)
    return htmx.Undo(reverse("scheduling:settings_away"), fields)


def _context(request: PersonRequest, **more: Any) -> dict[str, Any]:
    coach, now = request.user.coach, time.now()
    booked = [each.during for each in closing.booked_ahead(coach, now=now)]
    return {"away": away_ahead(coach, booked, now=now), "away_form": AwayForm(coach=coach), **more}


def _saved(request: PersonRequest, words: str, done: Closing, *, undo: htmx.Undo | None = None) -> HttpResponse:
    return parts.saved(
        request,
        AWAY,
        lambda: _context(request, saved_at=time.now()),
        target="#away",
        done=done,
        toast=words,
        undo=undo,
    )


def _show(request: PersonRequest, form: AwayForm, *, status: int = 200, refusal: Refusal | None = None) -> HttpResponse:
    shown = {"away_form": form, "away_refusal": refusal}
    code = refusal.status if refusal else status
    if not htmx.wants_part(request):
        return htmx.page_or_part(request, PAGE, AWAY, page_context(request.user.coach, **shown), status=code)
    return parts.put(request, AWAY, _context(request, **shown), target="#away", status=code)
