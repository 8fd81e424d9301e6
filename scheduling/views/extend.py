"""More time for somebody who has not answered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.kernel import dates, htmx, time
from config.kernel.errors import Refusal
from scheduling.access import coach_only, proposal_for
from scheduling.actions.extend import extend_proposal
from scheduling.conflict_forms import instant_of
from scheduling.errors import NotLater, ProposalClosed
from scheduling.queries.ways import later_deadlines
from scheduling.views import ask, pending

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import RescheduleProposal

PAGE, PART = "scheduling/proposal_extend.html", "scheduling/_proposal_extend.html"


@coach_only
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_extend(request: PersonRequest, proposal_id: int) -> HttpResponse:
    """Until when it could be answered; POST with one of these (`until`) lets it be.  `next` is a path of ours to go on to."""
    proposal, now = proposal_for(request.user, proposal_id), time.now()
    if request.method != "POST":
        is_over = not proposal.is_open_at(now)
        closed = ProposalClosed(proposal=proposal, became=proposal.status) if is_over else None
        return _show(request, proposal, now, refusal=closed)
    until = instant_of(request.POST.get("until", ""))
    try:
        if until is None:
            raise NotLater()
        extend_proposal(proposal.pk, until, by=request.user, now=now)
    except Refusal as refusal:
        return _show(request, proposal_for(request.user, proposal_id), now, refusal=refusal, chosen=until)
    # A swap is one question to two, and one of them may have said yes already.
    words = (
        _("The question can be answered until %(time)s.")
        if proposal.is_swap
        else _("%(name)s can answer until %(time)s.")
    )
    toast = words % {"name": proposal.recipient, "time": dates.day_time(until)}
    return htmx.done(request, htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED, to=_back(request), toast=toast)


def _back(request: PersonRequest) -> str:
    return ask.next_path(request) or reverse(pending.HOME)


def _show(
    request: PersonRequest,
    proposal: RescheduleProposal,
    now: dt.datetime,
    *,
    refusal: Refusal | None = None,
    chosen: dt.datetime | None = None,
) -> HttpResponse:
    is_open = proposal.is_open_at(now)
    shown = {
        "proposal": proposal,
        "is_open": is_open,
        "deadlines": later_deadlines(proposal, request.user.coach, now=now) if is_open else [],
        "chosen": chosen,
        "back": _back(request),
    }
    if refusal is None:
        return htmx.page_or_part(request, PAGE, PART, shown, dialog=True)
    return htmx.refused(request, refusal, page=PAGE, part=PART, context=shown, dialog=True)
