"""Asking a client to move although nobody else wants the hour, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from config.kernel.numbers import whole_number
from scheduling import rules
from scheduling.access import coach_only, session_for
from scheduling.actions.ask import ask_client_to_move, lay_aside
from scheduling.actions.proposals import withdraw_proposal
from scheduling.conflict_forms import PlainAskForm
from scheduling.errors import AlreadyAsked, ChangedMeanwhile, NotMovable, ProposalClosed, SessionBegun
from scheduling.queries import ways
from scheduling.states import ProposalStatus
from scheduling.views import dialog, times
from scheduling.views.handover import hand_over

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from clients.access import PersonRequest
    from scheduling.conflict_forms import TimesForm
    from scheduling.models import RescheduleProposal, Session
    from scheduling.queries.ways import Suggestions, Way

OVER = ("scheduling/session_ask_over.html", "scheduling/_session_ask_over.html")
# After these there is nothing to fill in any more.
_FINAL = (AlreadyAsked, ChangedMeanwhile, NotMovable, SessionBegun)


@coach_only
@require_http_methods(["GET", "HEAD", "POST"])
def session_ask(request: PersonRequest, session_id: int) -> HttpResponse:
    """Put other times to the session's client; `next` is a path of ours to go on to.

    409 when it cannot be asked (any more), or a time has gone."""
    return times.answer(AskSheet(request, session_for(request.user, session_id), time.now()))


@coach_only
@require_POST
def session_ask_link(request: PersonRequest, session_id: int) -> HttpResponse:
    """Make one more link to what the session's client can still answer."""
    session, now = session_for(request.user, session_id), time.now()
    if proposal := _open(session, request):
        return hand_over(request, proposal, now=now, back=_back(request, session))
    return over(request, session, _closed(session))


@coach_only
@require_POST
def session_ask_withdraw(request: PersonRequest, session_id: int) -> HttpResponse:
    """Take the question back; the session stays."""
    session = session_for(request.user, session_id)
    try:
        if (proposal := _open(session, request)) is None:
            raise _closed(session)
        withdraw_proposal(proposal.pk, by=request.user, now=time.now())
    except Refusal as refusal:
        return over(request, session, refusal)
    return _done(request, session, _("Withdrawn: %(name)s") % {"name": session.client})


@coach_only
@require_POST
def session_ask_done(request: PersonRequest, session_id: int) -> HttpResponse:
    """List what came of the question no more; `ask` is the one that was listed."""
    session = session_for(request.user, session_id)
    number = whole_number(request.POST.get("ask", ""))
    proposal = session.proposals.filter(pk=number).first() if number is not None else None
    if proposal is None:
        raise Http404
    try:
        lay_aside(proposal.pk, by=request.user, now=time.now())
    except Refusal as refusal:
        return over(request, session, refusal)
    return _done(request, session, "")


@dataclass(frozen=True)
class AskSheet(times.Sheet):
    """Times for the client of a session that stands in nobody's way."""

    session: Session

    templates = ("scheduling/session_ask.html", "scheduling/_session_ask.html")

    @property
    def here(self) -> str:
        return reverse("scheduling:session_ask", args=[self.session.pk])

    @property
    def back(self) -> str:
        return _back(self.request, self.session)

    def form(self, data: QueryDict | None, near: Suggestions) -> PlainAskForm:
        return PlainAskForm(data, coach=self.coach, minutes=self.session.minutes, preselected=near.ticked)

    def suggestions(self) -> Suggestions:
        return ways.suggestions_to_move(self.coach, self.session, self.session.interval, now=self.now)

    def last(self) -> RescheduleProposal | None:
        return self.session.proposals.select_related("recipient", "session").order_by("pk").last()

    def is_good(self, form: TimesForm) -> bool:
        return dialog.is_good(form, self.coach, self.session.client, None, self.session, now=self.now)

    def way(self, form: TimesForm, near: Suggestions) -> Way:
        called = self.session.client.first_name
        return ways.way_to_ask(form, self.coach, self.session, near, called=called, now=self.now)

    def send(self, form: TimesForm) -> RescheduleProposal:
        said = form.cleaned_data
        words = (form.ticked, said["expires"], said["note"])
        who: dict[str, Any] = {"by": self.request.user, "now": self.now}
        return ask_client_to_move(self.session.pk, *words, version=said["version"], form_key=self.key, **who)

    def over(self, refusal: Refusal | None = None) -> HttpResponse | None:
        if refusal is None:
            refusal = rules.why_not_ask(self.session, now=self.now)
            if refusal is None and ways.open_asks(self.session, now=self.now).exists():
                refusal = AlreadyAsked()
        return over(self.request, self.session, refusal) if isinstance(refusal, _FINAL) else None

    def about(self) -> dict[str, Any]:
        # What the coach saw stays as it was seen; what is no number was never seen.
        seen = whole_number(self.request.POST.get("version", ""), digits=9)
        return {"version": self.session.version if seen is None else seen, "next": next_path(self.request)}


def _open(session: Session, request: PersonRequest) -> RescheduleProposal | None:
    rows = ways.open_asks(session, now=time.now())
    return rows.select_related("recipient", "provider__coach", "session").first()


def _closed(session: Session) -> ProposalClosed:
    last = session.proposals.order_by("pk").last()
    return ProposalClosed(proposal=last, became=last.status if last else ProposalStatus.EXPIRED)


def over(request: PersonRequest, session: Session, refusal: Refusal) -> HttpResponse:
    """The reason why there is nothing to ask, or nothing asked any more, and the ways on."""
    session = session_for(request.user, session.pk)
    may_ask = rules.why_not_ask(session, now=time.now()) is None and not isinstance(refusal, AlreadyAsked)
    context = {"session": session, "may_ask": may_ask, "back": _back(request, session)}
    return htmx.refused(request, refusal, page=OVER[0], part=OVER[1], context=context, dialog=True)


def _done(request: PersonRequest, session: Session, words: str) -> HttpResponse:
    changed = (htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED)
    return htmx.done(request, *changed, to=_back(request, session), toast=words)


def next_path(request: PersonRequest) -> str:
    """Where somebody wants to go on, if that is a page of ours."""
    to = (request.POST if request.method == "POST" else request.GET).get("next", "")
    return to if htmx.is_path_of_ours(to) else ""


def _back(request: PersonRequest, session: Session) -> str:
    return next_path(request) or reverse("scheduling:session_detail", args=[session.pk])
