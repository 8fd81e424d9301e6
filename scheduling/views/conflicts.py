"""An hour is taken: the dialog that says so, and the two ways out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from config.kernel.numbers import whole_number
from scheduling.access import coach_only, session_for
from scheduling.actions.conflicts import ask_to_move, offer_times
from scheduling.forms import BookingForm
from scheduling.queries.clash import clash_of
from scheduling.queries.offers import open_proposal_of
from scheduling.views import dialog
from scheduling.views.dialog import ASK, OFFER
from scheduling.views.handover import hand_over

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import Session
    from scheduling.views.dialog import Filled
    from scheduling.wishes import Booking, Clash


def conflict_dialog(
    request: PersonRequest, booking: Booking, clash: Clash, form: BookingForm | None = None
) -> HttpResponse:
    """409: the hour cannot be had; who is in the way, and the ways out.  Nothing is written.

    `form` is what was typed; all of it is in `booking` already."""
    return dialog.show(request, booking, clash, None, status=409)


@coach_only
@require_POST
def conflict_offer(request: PersonRequest) -> HttpResponse:
    """Option 1: put other times to the client who wants in."""
    return _send(request, OFFER)


@coach_only
@require_POST
def conflict_ask(request: PersonRequest) -> HttpResponse:
    """Option 2: put other times to the client of the session in the way."""
    return _send(request, ASK)


def _send(request: PersonRequest, chosen: str) -> HttpResponse:
    """Carry out the chosen half; with `preview`, only show both as they would be."""
    coach, now = request.user.coach, time.now()
    wanted = BookingForm(request.POST, coach=coach)
    if not wanted.is_valid():
        page, part = "scheduling/conflict_unread.html", "scheduling/_conflict_unread.html"
        return htmx.invalid(request, page, part, {"form": wanted}, dialog=True)
    booking = wanted.booking()
    clash = clash_of(request.user, booking.client, booking.during, now=now)
    session = _session(request, clash, chosen)
    preview = request.POST.get("preview")
    if preview and request.POST.get("way") in {OFFER, ASK}:
        chosen = request.POST["way"]
    what = dialog.filled(request.POST, coach, booking, session, chosen=chosen, key=wanted.key, now=now)
    if preview and clash:
        return _preview(request, booking, clash, what, preview, now=now)
    asked = session if chosen == ASK else None
    if not dialog.is_good(what.form, coach, booking.client, booking.during, asked, now=now):
        return dialog.show(request, booking, clash, what, status=422 if clash else 409)
    try:
        return _carry_out(request, booking, what, now=now)
    except Refusal as refusal:
        clash = clash_of(request.user, booking.client, booking.during, now=now)
        return dialog.show(request, booking, clash, what, status=refusal.status, refusal=refusal)


def _session(request: PersonRequest, clash: Clash | None, chosen: str) -> Session | None:
    """The session whose client can be asked: the one in the way, or the one that was when the dialog was drawn.

    Raises: Http404 when somebody is to be asked, but about no session of this coach's."""
    if clash and clash.may_ask:
        return clash.sessions[0]
    if chosen != ASK:
        return None
    seen = whole_number(request.POST.get("session", ""))
    if seen is None:
        raise Http404
    # Whose care has ended since is in nobody's dialog; that they are not asked is for the action to say.
    stays = clash and next((each for each in clash.sessions if each.pk == seen), None)
    return stays or session_for(request.user, seen)


def _preview(
    request: PersonRequest, booking: Booking, clash: Clash, what: Filled, how: str, *, now: dt.datetime
) -> HttpResponse:
    coach = request.user.coach
    for form, session in ((what.offer, None), (what.ask, clash.sessions[0] if clash.sessions else None)):
        if form:
            dialog.is_good(form, coach, booking.client, booking.during, session, now=now)
            form.forgive()
    if how == "parts" and htmx.wants_part(request):
        return dialog.show_parts(request, booking, clash, what, now=now)
    return dialog.show(request, booking, clash, what, status=200)


def _carry_out(request: PersonRequest, booking: Booking, what: Filled, *, now: dt.datetime) -> HttpResponse:
    if what.chosen == ASK and what.ask:
        case = ask_to_move(what.ask.wish(booking, what.key), by=request.user, now=now)
        proposal = open_proposal_of(case, now=now)
    else:
        proposal = offer_times(what.offer.wish(booking, what.key), by=request.user, now=now)
    if proposal is None:
        # The client in the way was asked before, for somebody else.
        waits = _("%(name)s waits in Pending.") % {"name": booking.client}
        changed = (htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED)
        return htmx.done(request, *changed, to="scheduling:conflict_list", toast=waits)
    return hand_over(request, proposal, now=now)
