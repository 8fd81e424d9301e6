"""Reminding whoever has not answered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from scheduling.access import coach_only, proposal_for
from scheduling.actions.remind import remind_proposal
from scheduling.views import ask, pending

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest

PAGE, PART = "scheduling/proposal_remind.html", "scheduling/_proposal_remind.html"


@coach_only
@require_POST
def proposal_remind(request: PersonRequest, proposal_id: int) -> HttpResponse:
    """Remind the recipient, or both of two who were asked to swap; `next` is a path of ours to go on to.

    409 when it was answered or ended meanwhile, or a reminder went out not long ago."""
    proposal = proposal_for(request.user, proposal_id)
    back = ask.next_path(request) or reverse(pending.HOME)
    try:
        reminded = remind_proposal(proposal.pk, by=request.user, now=time.now())
    except Refusal as refusal:
        context = {"proposal": proposal, "back": back}
        return htmx.refused(request, refusal, page=PAGE, part=PART, context=context, dialog=True)
    words = _("Reminded: %(names)s") % {"names": ", ".join(str(each.recipient) for each in reminded)}
    return htmx.done(request, htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED, to=back, toast=words)
