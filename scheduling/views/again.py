"""Other times for a wish that is open already: for the wisher, or for who has the hour."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from scheduling.access import case_for, coach_only
from scheduling.actions.conflicts import ask_again, offer_again
from scheduling.conflict_forms import TimesForm
from scheduling.errors import CaseClosed
from scheduling.queries import ways
from scheduling.queries.clash import clash_of
from scheduling.queries.offers import open_proposal_of
from scheduling.queries.ways import Suggestions
from scheduling.states import CaseStatus, ProposalKind
from scheduling.views import dialog
from scheduling.views.handover import hand_over
from scheduling.views.pending import show_list
from scheduling.wishes import Booking

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import Coach, ConflictCase, Session
    from scheduling.queries.ways import Way

PAGE, PART = "scheduling/conflict_again.html", "scheduling/_conflict_again.html"
PARTS = "scheduling/_conflict_again_preview.html"
METHODS = ["GET", "HEAD", "POST"]


@coach_only
@require_http_methods(METHODS)
def conflict_offer_again(request: PersonRequest, case_id: int) -> HttpResponse:
    """Put other times to the wisher, whatever was put to anybody before."""
    return _again(request, case_for(request.user, case_id), None)


@coach_only
@require_http_methods(METHODS)
def conflict_ask_again(request: PersonRequest, case_id: int) -> HttpResponse:
    """Put other times to whoever has the hour now; when nobody could make room, the dialog of the clash says why."""
    case = case_for(request.user, case_id)
    clash = clash_of(request.user, case.client, case.interval, now=time.now())
    if clash and clash.may_ask:
        return _again(request, case, clash.sessions[0])
    if case.status != CaseStatus.PENDING_RESOLUTION:
        return show_list(request, CaseClosed(case=case))
    booking = Booking(client=case.client, during=case.interval, title=case.title)
    return dialog.show(request, booking, clash, None, status=409)


@dataclass(frozen=True)
class _Page:
    """Which wish, who gets times (the session's client, or without one the wisher), and when it is asked for."""

    request: PersonRequest
    case: ConflictCase
    session: Session | None
    now: dt.datetime

    @property
    def coach(self) -> Coach:
        return self.request.user.coach

    @property
    def is_look(self) -> bool:
        """Whether only the parts that follow the ticked times are wanted."""
        return self.request.POST.get("preview") == "parts" and htmx.wants_part(self.request)

    @property
    def key(self) -> str:
        return self.request.POST.get("form_key", "")[:64]


def _again(request: PersonRequest, case: ConflictCase, session: Session | None) -> HttpResponse:
    page = _Page(request, case, session, time.now())
    sent = request.method == "POST"
    if not sent and case.status != CaseStatus.PENDING_RESOLUTION:
        return show_list(request, CaseClosed(case=case))
    near = Suggestions() if page.is_look else _suggestions(page)
    minutes = session.minutes if session else case.interval.minutes
    form = TimesForm(request.POST if sent else None, coach=page.coach, minutes=minutes, preselected=near.ticked)
    good = not sent or dialog.is_good(form, page.coach, case.client, case.interval, session, now=page.now)
    if sent and "preview" in request.POST:
        form.forgive()
    elif sent and good:
        return _send(page, form, near)
    elif sent and case.status != CaseStatus.PENDING_RESOLUTION:
        # What is missing in it does not matter any more.
        return show_list(request, CaseClosed(case=case))
    return _show(page, form, near, status=200 if good or "preview" in request.POST else 422)


def _send(page: _Page, form: TimesForm, near: Suggestions) -> HttpResponse:
    act, said = (ask_again if page.session else offer_again), form.cleaned_data
    words = (form.ticked, said["expires"], said["note"])
    try:
        proposal = act(page.case.pk, *words, by=page.request.user, now=page.now, form_key=page.key)
    except CaseClosed as closed:
        return show_list(page.request, closed)
    except Refusal as refusal:
        return _show(page, form, near, status=refusal.status, refusal=refusal)
    return hand_over(page.request, proposal, now=page.now)


def _suggestions(page: _Page) -> Suggestions:
    """Times to show; ticked are those that are on offer already, if the same person gets them anew."""
    if page.session:
        near = ways.suggestions_to_move(page.coach, page.session, page.case.interval, now=page.now)
    else:
        near = ways.suggestions_for_wisher(page.coach, page.case.client, page.case.interval, now=page.now)
    kind = ProposalKind.ASK_TO_MOVE if page.session else ProposalKind.OFFER_TIMES
    proposal = open_proposal_of(page.case, now=page.now)
    if proposal is None or proposal.kind != kind:
        return near
    ticked = tuple(offer.interval for offer in proposal.offers.order_by("during"))
    beside = tuple(each for each in near.shown if not any(each.overlaps(one) for one in ticked))
    return Suggestions(beside, ticked)


def _show(
    page: _Page, form: TimesForm, near: Suggestions, *, status: int, refusal: Refusal | None = None
) -> HttpResponse:
    form.settle()
    shown = {
        "case": page.case,
        "session": page.session,
        "way": _way(page, form, near),
        "form": form,
        "form_key": page.key or uuid.uuid4().hex,
        "had": page.case.proposals.exists(),
        "refusal": refusal,
    }
    if page.is_look:
        changed = page.request.headers.get("HX-Trigger-Name", "")
        return render(page.request, PARTS, shown | {"oob": True, "changed": changed})
    return htmx.page_or_part(page.request, PAGE, PART, shown, status=status, dialog=True)


def _way(page: _Page, form: TimesForm, near: Suggestions) -> Way:
    case, session = page.case, page.session
    if session:
        called = session.client.first_name
        return ways.way_to_ask(form, page.coach, session, near, called=called, now=page.now)
    called = case.client.first_name
    return ways.way_to_offer(form, page.coach, case.client, case.interval, near, called=called, now=page.now)
