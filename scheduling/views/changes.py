"""One press on a session: completed, missed, paid, arrived, open again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.kernel import time
from config.kernel.errors import Refusal
from scheduling.access import coach_only, session_for
from scheduling.actions.finish import complete_session, miss_session, reopen_session
from scheduling.actions.mark import mark_arrived, mark_paid
from scheduling.change_forms import PressForm
from scheduling.views import after

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import Session


@coach_only
@require_POST
def session_complete(request: PersonRequest, session_id: int) -> HttpResponse:
    """The session took place."""
    return _press(request, session_id, complete_session, _("Completed: %(name)s, %(when)s."))


@coach_only
@require_POST
def session_no_show(request: PersonRequest, session_id: int) -> HttpResponse:
    """The client did not come."""
    return _press(request, session_id, miss_session, _("No-show: %(name)s, %(when)s."))


@coach_only
@require_POST
def session_reopen(request: PersonRequest, session_id: int) -> HttpResponse:
    """It is not over after all."""
    return _press(request, session_id, reopen_session, _("Scheduled again: %(name)s, %(when)s."))


@coach_only
@require_POST
def session_paid(request: PersonRequest, session_id: int) -> HttpResponse:
    """`paid=1`: the session is paid; `paid=0`: it is not."""
    words = _("Paid: %(name)s, %(when)s."), _("Not paid: %(name)s, %(when)s.")
    return _press(request, session_id, mark_paid, *words, tick="paid")


@coach_only
@require_POST
def session_arrived(request: PersonRequest, session_id: int) -> HttpResponse:
    """`arrived=1`: the client is here; `arrived=0`: not yet."""
    words = _("Arrived: %(name)s, %(when)s."), _("Not here yet: %(name)s, %(when)s.")
    return _press(request, session_id, mark_arrived, *words, tick="arrived")


def _press(
    request: PersonRequest,
    session_id: int,
    act: Callable[..., Session],
    words: str,
    words_off: str = "",
    *,
    tick: str = "",
) -> HttpResponse:
    """Carry out one press.  409 and 422 say why not, how the session stands, and what can be done instead."""
    session = session_for(request.user, session_id)
    form = PressForm(request.POST, tick=tick)
    if not form.is_valid():
        return after.refused(request, session, form=form)
    press = form.press()
    wanted = {tick: press.on} if tick else {}
    try:
        changed = act(session.pk, by=request.user, now=time.now(), version=press.version, **wanted)
    except Refusal as refusal:
        return after.refused(request, session_for(request.user, session_id), refusal)
    said = words if press.on or not tick else words_off
    return after.done(request, changed, said, seen=press.version, to=press.to, undo_to=press.to)
