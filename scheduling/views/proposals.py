"""The client's side of a proposal: by a link without sign-in, or from the client's own page.

Opening changes nothing, whoever opens it; an answer is a POST and is answered with the page itself, because
the address of a redirect would carry the token into logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clients.access import client_only, open_to_all, untraceable
from clients.states import Language
from config.kernel import time
from config.kernel.errors import Refusal
from scheduling.access import proposal_by_token, proposal_for_client
from scheduling.actions.proposals import answer_proposal, decline_proposal
from scheduling.answer_forms import AnswerForm
from scheduling.errors import OfferGone, ProposalClosed, SwapIsYesOrNo
from scheduling.queries.offers import Stage, proposal_page, session_of
from scheduling.views.calendar_files import session_file

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest, HttpResponse, QueryDict

    from clients.access import PersonRequest
    from clients.models import User
    from scheduling.answer_forms import Answer
    from scheduling.models import RescheduleProposal
    from scheduling.queries.offers import ProposalPage

FRAMES = {
    Stage.OPEN: "scheduling/proposal_answer.html",
    Stage.AGREED: "scheduling/proposal_agreed.html",
    Stage.CALL: "scheduling/proposal_call.html",
    Stage.ENDED: "scheduling/proposal_ended.html",
    Stage.WITHDRAWN: "scheduling/proposal_ended.html",
}
DONE = "scheduling/proposal_done.html"
SWAP = "scheduling/proposal_swap.html"


# The right to answer is in the address and not in a cookie, so there is nothing that a forged form could borrow;
# and without a referrer browsers send no origin by which a form could be told from a forged one.
@open_to_all
@csrf_exempt
@untraceable
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link that was sent to a client; whoever has the link may answer.

    With `file=calendar` the session that came of it, as a file: no page holds its own address, in which the token is."""
    proposal = proposal_by_token(token)
    language = request.GET.get("lang", "")
    if language not in Language.values:
        language = proposal.recipient.language
    with translation.override(language):
        if request.method != "POST" and request.GET.get("file") == "calendar":
            return _file(proposal)
        response = _page(request, proposal, by=None, by_link=True)
    response["Content-Language"] = language
    return response


@client_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_offer(request: PersonRequest, proposal_id: int) -> HttpResponse:
    """The same page for a client who has signed in."""
    return _page(request, proposal_for_client(request.user, proposal_id), by=request.user, by_link=False)


def _file(proposal: RescheduleProposal) -> HttpResponse:
    if (session := session_of(proposal)) is None:
        raise Http404
    return session_file(session)


def _page(request: HttpRequest, proposal: RescheduleProposal, *, by: User | None, by_link: bool) -> HttpResponse:
    now = time.now()
    before = proposal_page(proposal, now=now)
    with timezone.override(before.zone):
        if request.method != "POST":
            return _show(request, before, by_link=by_link)
        if before.stage == Stage.CALL:
            closed = ProposalClosed(proposal=proposal, became=proposal.status)
            return _show(request, before, by_link=by_link, status=closed.status, refusal=closed)
        # The keys of a closed question are not those of an open one: an answer sent again must find its own.
        form = _form(before, request.POST)
        if not form.is_valid():
            return _show(request, before, by_link=by_link, status=422, form=form)
        try:
            _carry_out(proposal, form.answer(), by=by, now=now)
        except Refusal as refusal:
            after = proposal_page(_again(proposal), now=now)
            return _show(request, after, by_link=by_link, status=refusal.status, form=form, refusal=refusal)
        after = proposal_page(_again(proposal), now=now)
        was_open = before.stage in {Stage.OPEN, Stage.AGREED}
        moved_from = before.about if was_open and before.asks_to_move else None
        return _show(request, after, by_link=by_link, moved_from=moved_from)


def _carry_out(proposal: RescheduleProposal, answer: Answer, *, by: User | None, now: dt.datetime) -> None:
    if answer.offer_id is not None:
        answer_proposal(proposal.pk, answer.offer_id, by=by, now=now)
    else:
        text = "" if answer.keeps else answer.text
        # The page of a swap asks for neither, and no page of the coach shows them.
        if proposal.is_swap and proposal.is_open_at(now) and (text or answer.times):
            raise SwapIsYesOrNo()
        decline_proposal(proposal.pk, text, by=by, now=now, keeps=answer.keeps, times=answer.times)


def _form(page: ProposalPage, data: QueryDict | None = None) -> AnswerForm:
    return AnswerForm(data, may_keep=page.asks_to_move, minutes=page.minutes, where=time.zone(page.zone))


def _again(proposal: RescheduleProposal) -> RescheduleProposal:
    """The same proposal as it is now, with everything around it."""
    return (
        type(proposal).objects.select_related("recipient", "provider", "case", "session", "chosen").get(pk=proposal.pk)
    )


def _show(
    request: HttpRequest,
    page: ProposalPage,
    *,
    by_link: bool,
    status: int = 200,
    form: AnswerForm | None = None,
    **more: Any,
) -> HttpResponse:
    blank = _form(page)
    refusal = more.get("refusal")
    shown = {
        "page": page,
        "form": form or blank,
        "picked": form["offer"].value() if form else "",
        "gone": refusal.offer if isinstance(refusal, OfferGone) else None,
        "by_link": by_link,
        "other_language": Language.ENGLISH if translation.get_language() == Language.GREEK else Language.GREEK,
        **more,
    }
    frame = SWAP if page.is_swap and page.stage == Stage.OPEN else FRAMES.get(page.stage, DONE)
    return render(request, frame, shown, status=status)
