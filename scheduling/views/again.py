"""Other times for a wish that is open already: for the wisher, or for who has the hour."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.views.decorators.http import require_http_methods

from config.kernel import time
from scheduling.access import case_for, coach_only
from scheduling.actions.conflicts import ask_again, offer_again
from scheduling.conflict_forms import TimesForm
from scheduling.errors import CannotWait, CaseClosed
from scheduling.queries import ways
from scheduling.queries.clash import clash_of
from scheduling.queries.offers import open_proposal_of
from scheduling.queries.waiting import free_times, span_of
from scheduling.states import CaseStatus, ProposalKind
from scheduling.suits import words_of
from scheduling.views import dialog, times
from scheduling.views.pending import HOME, show_list
from scheduling.wishes import Booking

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from clients.access import PersonRequest
    from config.kernel.errors import Refusal
    from scheduling.models import ConflictCase, RescheduleProposal
    from scheduling.queries.ways import Suggestions, Way

METHODS = ["GET", "HEAD", "POST"]


@coach_only
@require_http_methods(METHODS)
def conflict_offer_again(request: PersonRequest, case_id: int) -> HttpResponse:
    """Put other times to the wisher, whatever was put to anybody before."""
    return times.answer(CaseSheet(request, None, time.now(), case_for(request.user, case_id)))


@coach_only
@require_http_methods(METHODS)
def conflict_ask_again(request: PersonRequest, case_id: int) -> HttpResponse:
    """Put other times to whoever has the hour now; when nobody could make room, the dialog of the clash says why."""
    case = case_for(request.user, case_id)
    if case.is_waiting:
        return show_list(request, CannotWait())
    clash = clash_of(request.user, case.client, case.interval, now=time.now())
    if clash and clash.may_ask:
        return times.answer(CaseSheet(request, clash.sessions[0], time.now(), case))
    if case.status != CaseStatus.PENDING_RESOLUTION:
        return show_list(request, CaseClosed(case=case))
    booking = Booking(client=case.client, during=case.interval, title=case.title)
    return dialog.show(request, booking, clash, None, status=409)


@dataclass(frozen=True)
class CaseSheet(times.Sheet):
    """Times for a wish: for the client of the session in its way, or without one for the wisher."""

    case: ConflictCase

    templates = ("scheduling/conflict_again.html", "scheduling/_conflict_again.html")

    @property
    def here(self) -> str:
        name = "scheduling:conflict_ask_again" if self.session else "scheduling:conflict_offer_again"
        return reverse(name, args=[self.case.pk])

    @property
    def back(self) -> str:
        return reverse(HOME)

    def form(self, data: QueryDict | None, near: Suggestions) -> TimesForm:
        minutes = self.session.minutes if self.session else self.case.length
        promised = self._replaced.expires_at if self._replaced else None
        return TimesForm(data, coach=self.coach, minutes=minutes, preselected=near.ticked, promised=promised)

    def suggestions(self) -> Suggestions:
        """Times to show; ticked are those that are on offer already, if the same person gets them anew."""
        near = self._near()
        if self._replaced is None:
            return near
        return ways.beginning_with([offer.interval for offer in self._replaced.offers.order_by("during")], near)

    @functools.cached_property
    def _replaced(self) -> RescheduleProposal | None:
        """What the same person can still answer, and cannot any more once this is sent."""
        kind = ProposalKind.ASK_TO_MOVE if self.session else ProposalKind.OFFER_TIMES
        proposal = open_proposal_of(self.case, now=self.now)
        return proposal if proposal and proposal.kind == kind else None

    def last(self) -> RescheduleProposal | None:
        rows = self.case.proposals.filter(session=self.session).select_related("recipient", "session")
        return rows.order_by("pk").last()

    def _near(self) -> Suggestions:
        if self.case.is_waiting:
            span = span_of(self.case, self.coach)
            times = free_times(self.coach.user, self.case.client, span, self.case.length, now=self.now, most=ways.SHOWN)
            return ways.suggestions_of(times)
        if self.session:
            return ways.suggestions_to_move(self.coach, self.session, self.case.interval, now=self.now)
        return ways.suggestions_for_wisher(self.coach, self.case.client, self.case.interval, now=self.now)

    def is_good(self, form: TimesForm) -> bool:
        case = self.case
        return dialog.is_good(form, self.coach, case.client, case.asked_for, self.session, now=self.now)

    def way(self, form: TimesForm, near: Suggestions) -> Way:
        case, session = self.case, self.session
        if session:
            called = session.client.first_name
            return ways.way_to_ask(form, self.coach, session, near, called=called, now=self.now)
        called = case.client.first_name
        return ways.way_to_offer(form, self.coach, case.client, case.asked_for, near, called=called, now=self.now)

    def send(self, form: TimesForm) -> RescheduleProposal:
        act, said = (ask_again if self.session else offer_again), form.cleaned_data
        words = (form.ticked, said["expires"], said["note"])
        return act(self.case.pk, *words, by=self.request.user, now=self.now, form_key=self.key)

    def over(self, refusal: Refusal | None = None) -> HttpResponse | None:
        if refusal is None and self.case.status != CaseStatus.PENDING_RESOLUTION:
            refusal = CaseClosed(case=self.case)
        return show_list(self.request, refusal) if isinstance(refusal, CaseClosed) else None

    def about(self) -> dict[str, Any]:
        return {"case": self.case, "had": self.case.proposals.exists(), "suits": words_of(self.case)}
