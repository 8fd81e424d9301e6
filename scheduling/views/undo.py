"""Taking back the last change of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from scheduling.access import coach_only, session_for
from scheduling.actions.undo import undo_change
from scheduling.change_forms import PressForm
from scheduling.errors import HourTaken, NeedsOverrule
from scheduling.forms import BookingForm, MoveForm
from scheduling.queries.changes import change_to
from scheduling.queries.clash import clash_of
from scheduling.states import SessionStatus
from scheduling.views import after, when
from scheduling.views.conflicts import conflict_dialog
from scheduling.views.sessions import booking, moving
from scheduling.wishes import Booking

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import Session


@coach_only
@require_POST
def session_undo(request: PersonRequest, session_id: int) -> HttpResponse:
    """Put the session back to how it was before the version that the page showed.

    Taken or held by now: 409 with the same ways on as when it is moved or booked there."""
    session = session_for(request.user, session_id)
    form = PressForm(request.POST)
    if not form.is_valid():
        return after.refused(request, session, form=form)
    press = form.press()
    try:
        undone = undo_change(session.pk, by=request.user, now=time.now(), version=press.version)
    except (HourTaken, NeedsOverrule) as refusal:
        return _not_to_be_had(request, session_for(request.user, session_id), press.version, refusal)
    except Refusal as refusal:
        return after.refused(request, session_for(request.user, session_id), refusal)
    stays = _("The times that were on offer stay withdrawn; the link of %(name)s says so.") if undone.withdrawn else ""
    more = stays % {"name": undone.session.client.first_name} if stays else ""
    return after.done(request, undone.session, _("Undone: %(name)s, %(when)s."), to=press.to, more=more)


def _not_to_be_had(
    request: PersonRequest, session: Session, version: int, refusal: HourTaken | NeedsOverrule
) -> HttpResponse:
    """Who has the hour now, and the ways on: for a cancelled session those of a booking, else those of a move."""
    coach, fills_dialog = request.user.coach, htmx.wants_part(request)
    if session.status != SessionStatus.CANCELLED:
        change = change_to(session.pk, version)
        hour = (change and change.hour_before) or session.interval
        typed = MoveForm.standing(session, coach) | when.as_typed(hour.starts_at, coach)
        form = MoveForm({**typed, "minutes": str(hour.minutes)}, coach=coach)
        return moving(request, session, form, refusal=refusal, in_dialog=fills_dialog)
    wish = Booking(client=session.client, during=session.interval, title=session.title)
    clash = clash_of(request.user, session.client, session.interval, now=time.now(), ignoring=session)
    if isinstance(refusal, HourTaken) and clash:
        return conflict_dialog(request, wish, clash)
    typed = MoveForm.standing(session, coach) | {"client": str(session.client_id), "title": session.title}
    return booking(request, BookingForm(typed, coach=coach), refusal=refusal, in_dialog=fills_dialog)
