"""Reminding whoever has not answered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.views.decorators.http import require_POST

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from scheduling.access import coach_only, proposal_for
from scheduling.actions.remind import remind_proposal
from scheduling.letters import reminder_of
from scheduling.views import ask, pending
from scheduling.views.handover import hand_over

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest

PAGE, PART = "scheduling/proposal_remind.html", "scheduling/_proposal_remind.html"


@coach_only
@require_POST
def proposal_remind(request: PersonRequest, proposal_id: int) -> HttpResponse:
    """Remind the recipient, or both of two who were asked to swap: the letter to pass on, with a new link; `next` is a path
    of ours to go on to.

    409 when it was answered or ended meanwhile, or there was a reminder not long ago."""
    proposal, now = proposal_for(request.user, proposal_id), time.now()
    back = ask.next_path(request) or reverse(pending.HOME)
    try:
        reminded = remind_proposal(proposal.pk, by=request.user, now=now)
    except Refusal as refusal:
        context = {"proposal": proposal, "back": back}
        return htmx.refused(request, refusal, page=PAGE, part=PART, context=context, dialog=True)
    first, *others = reminded
    return hand_over(request, first, now=now, back=back, letter=reminder_of(first), then=next(iter(others), None))
