"""The link of a proposal, for the coach to hand over: to copy, to scan, and the message that goes with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe

from clients.actions.links import mint_link
from config.kernel import htmx
from scheduling import letters
from scheduling.access import PROPOSAL_LINK
from scheduling.rules import SHOWS_OUTCOME

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.letters import Letter
    from scheduling.models import RescheduleProposal


def hand_over(
    request: PersonRequest,
    proposal: RescheduleProposal,
    *,
    now: dt.datetime,
    back: str = "",
    letter: Letter | None = None,
    then: RescheduleProposal | None = None,
) -> HttpResponse:
    """The dialog with a new link; calendar and pending wishes re-read themselves behind it.

    `back` is where to go on from here, the pending wishes if nothing is said; `letter` is another than the one that went
    with the question at first; `then` is a question on a session to be handed over next.  No redirect leads here, for an
    address in a redirect ends in logs."""
    expires_at = proposal.expires_at + SHOWS_OUTCOME
    token = mint_link(PROPOSAL_LINK, f"proposal:{proposal.pk}", expires_at=expires_at, now=now, by=request.user)
    link = f"{settings.SITE_URL}{reverse('scheduling:proposal_answer', args=[token])}"
    letter = letter or letters.letter_of(proposal)
    shown = {
        "proposal": proposal,
        "client": proposal.recipient,
        "link": link,
        "qr": _qr(link),
        "letter": letter,
        "text": letter.text(link),
        "back": back or reverse("scheduling:conflict_list"),
        "then": then,
    }
    response = htmx.page_or_part(
        request, "scheduling/conflict_link.html", "scheduling/_conflict_link.html", shown, dialog=True
    )
    response["HX-Trigger"] = json.dumps({htmx.CALENDAR_CHANGED: {}, htmx.PENDING_CHANGED: {}})
    return response


def _qr(link: str) -> str:
    drawn: str = segno.make(link, error="m").svg_inline(omitsize=True, border=0, svgclass=None, lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - squares, drawn here
