"""Open wishes: the list, and what a coach does about each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from scheduling.access import case_for, coach_only
from scheduling.actions.conflicts import book_freed, let_go, withdraw_case
from scheduling.errors import HourTaken, NeedsOverrule, ProposalClosed
from scheduling.queries.clash import clash_of
from scheduling.queries.conflicts import closed_cases, pending_case
from scheduling.queries.counters import with_counters
from scheduling.queries.offers import open_proposal_of
from scheduling.queries.pending import is_open, questions
from scheduling.states import ProposalStatus
from scheduling.views.conflicts import conflict_dialog
from scheduling.views.handover import hand_over
from scheduling.wishes import Booking

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import ConflictCase

PAGE, PART = "scheduling/conflict_list.html", "scheduling/_pending.html"
ALL, MINE, CLOSED = "all", "mine", "closed"
HOME = "scheduling:conflict_list"


@coach_only
@require_safe
def conflict_list(request: PersonRequest) -> HttpResponse:
    """Every open wish, and who was asked to move without one; `?show=mine` only those that need the coach, `?show=closed` those that are over."""
    return show_list(request)


@coach_only
@require_POST
def conflict_book(request: PersonRequest, case_id: int) -> HttpResponse:
    """Book the hour for who waits for it; `overrule=1` although something speaks against it."""
    case = case_for(request.user, case_id)
    overrule = request.POST.get("overrule") == "1"
    try:
        book_freed(case.pk, by=request.user, now=time.now(), overrule=overrule)
    except HourTaken as taken:
        return _taken(request, case, taken)
    except NeedsOverrule as refusal:
        page, part = "scheduling/conflict_book.html", "scheduling/_conflict_book.html"
        return htmx.refused(request, refusal, page=page, part=part, context={"case": case}, dialog=True)
    except Refusal as refusal:
        return show_list(request, refusal)
    words = _("Booked: %(name)s") % {"name": case.client}
    return htmx.done(request, htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED, to=HOME, toast=words)


@coach_only
@require_http_methods(["GET", "HEAD", "POST"])
def conflict_withdraw(request: PersonRequest, case_id: int) -> HttpResponse:
    """What withdrawing a wish would do; POST does it."""
    case = case_for(request.user, case_id)
    if request.method == "POST":
        words = _("Withdrawn: %(name)s") % {"name": case.client}
        return _do(request, withdraw_case, case, words)
    wish = pending_case(request.user, case.pk, now=time.now())
    if wish is None:
        raise Http404
    page, part = "scheduling/conflict_withdraw.html", "scheduling/_conflict_withdraw.html"
    return htmx.page_or_part(request, page, part, {"wish": wish}, dialog=True)


@coach_only
@require_POST
def conflict_release(request: PersonRequest, case_id: int) -> HttpResponse:
    """Hold the hour no longer."""
    case = case_for(request.user, case_id)
    return _do(request, let_go, case, _("The hour is not held any more."))


@coach_only
@require_POST
def conflict_link(request: PersonRequest, case_id: int) -> HttpResponse:
    """Make one more link to what can still be answered."""
    case, now = case_for(request.user, case_id), time.now()
    proposal = open_proposal_of(case, now=now)
    if proposal is None:
        last = case.proposals.order_by("created_at", "pk").last()
        return show_list(request, ProposalClosed(proposal=last, became=last.status if last else ProposalStatus.EXPIRED))
    return hand_over(request, proposal, now=now)


def _do(request: PersonRequest, act: Callable[..., ConflictCase], case: ConflictCase, words: str) -> HttpResponse:
    try:
        act(case.pk, by=request.user, now=time.now())
    except Refusal as refusal:
        return show_list(request, refusal)
    return htmx.done(request, htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED, to=HOME, toast=words)


def _taken(request: PersonRequest, case: ConflictCase, taken: HourTaken) -> HttpResponse:
    """The hour has gone again: the dialog of any other clash."""
    if case.is_waiting:
        return show_list(request, taken)
    booking = Booking(client=case.client, during=case.interval, title=case.title)
    clash = taken.clash or clash_of(request.user, case.client, case.interval, now=time.now())
    return conflict_dialog(request, booking, clash) if clash else show_list(request, taken)


def show_list(request: PersonRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The list, with the reason above it when something was refused; in a dialog's place, the list shows it too."""
    show, now = request.GET.get("show", ALL), time.now()
    wishes = with_counters(questions(request.user, now=now), request.user, now=now)
    mine = [wish for wish in wishes if wish.needs_coach]
    number = sum(map(is_open, wishes))
    shown: dict[str, Any] = {"wishes": wishes, "show": show, "number": number, "listed": len(wishes), "mine": len(mine)}
    if show == MINE:
        shown["wishes"] = mine
    elif show == CLOSED:
        shown["wishes"] = closed_cases(request.user)
    elif show != ALL:
        raise Http404
    if refusal is None:
        return htmx.page_or_part(request, PAGE, PART, shown)
    response = htmx.refused(request, refusal, page=PAGE, part=PART, context=shown)
    if htmx.wants_part(request):
        response["HX-Retarget"], response["HX-Reswap"] = "#pending", "outerHTML"
        response["HX-Trigger"] = htmx.DIALOG_CLOSE
    return response
