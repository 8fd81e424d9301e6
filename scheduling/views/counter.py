"""Taking a time that a client wrote when none of those offered fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from scheduling.access import coach_only, counter_for
from scheduling.actions.counter import accept_counter
from scheduling.errors import NeedsOverrule
from scheduling.views import ask, pending

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest

PAGE, PART = "scheduling/counter_accept.html", "scheduling/_counter_accept.html"


@coach_only
@require_POST
def counter_accept(request: PersonRequest, counter_id: int) -> HttpResponse:
    """Book the wisher at that time, or move there who was asked; `overrule=1` although something speaks against it.

    `next` is a path of ours to go on to.  409 when it cannot be had (any more)."""
    counter = counter_for(request.user, counter_id)
    asks = counter.proposal.asks
    back = ask.next_path(request) or reverse(pending.HOME)
    try:
        accept_counter(counter.pk, by=request.user, now=time.now(), overrule=request.POST.get("overrule") == "1")
    except NeedsOverrule as refusal:
        shown = {"counter": counter, "asks": asks, "back": back}
        return htmx.refused(request, refusal, page=PAGE, part=PART, context=shown, dialog=True)
    except Refusal as refusal:
        if counter.proposal.case_id is None and counter.proposal.session is not None:
            return ask.over(request, counter.proposal.session, refusal)
        return pending.show_list(request, refusal)
    words = _("Moved: %(name)s") if asks else _("Booked: %(name)s")
    toast = words % {"name": counter.proposal.recipient}
    return htmx.done(request, htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED, to=back, toast=toast)
