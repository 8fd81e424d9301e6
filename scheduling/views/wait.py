"""The waiting list: somebody is put on it, and what they wait for is changed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from scheduling.access import case_for, coach_only
from scheduling.actions.wait import change_wait, put_on_list
from scheduling.errors import CannotWait, CaseClosed, TakenBackSince
from scheduling.queries.booking import people_for
from scheduling.states import CaseStatus
from scheduling.views import when
from scheduling.views.pending import HOME, show_list
from scheduling.wait_forms import WaitForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest

PAGE = ("scheduling/conflict_wait.html", "scheduling/_conflict_wait.html")
_asking = require_http_methods(["GET", "HEAD", "POST"])
_SAID = ("client", "starts", "ends", "minutes", "until", "q")


@coach_only
@_asking
def conflict_wait(request: PersonRequest) -> HttpResponse:
    """Put a client on the waiting list; who, and what is known already, may come with the address.

    Is something free that suits: 409 names it, to be booked instead, or not."""
    coach = request.user.coach
    if request.method != "POST":
        said = {name: request.GET[name] for name in _SAID if request.GET.get(name)}
        return _show(request, WaitForm.blank(coach, said, request.GET.getlist("weekdays")))
    form = WaitForm(request.POST, coach=coach)
    if "find" in request.POST:
        said = {name: request.POST[name] for name in (*_SAID, "book_when_freed") if request.POST.get(name)}
        return _show(request, WaitForm.blank(coach, said, request.POST.getlist("weekdays")), looked=True)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        case = put_on_list(form.wish(anyway=request.POST.get("anyway") == "1"), by=request.user, now=time.now())
    except Refusal as refusal:
        return _show(request, form, status=refusal.status, refusal=refusal)
    return _done(request, _("On the waiting list: %(name)s") % {"name": case.client})


@coach_only
@_asking
def conflict_wait_change(request: PersonRequest, case_id: int) -> HttpResponse:
    """Change what somebody on the list waits for, or how long."""
    coach, case = request.user.coach, case_for(request.user, case_id)
    if not case.is_waiting or case.status != CaseStatus.PENDING_RESOLUTION:
        return show_list(request, CaseClosed(case=case) if case.is_waiting else CannotWait())
    if request.method != "POST":
        return _show(request, WaitForm.standing(coach, case))
    form = WaitForm(request.POST, coach=coach, case=case)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        change_wait(case.pk, form.wish(anyway=True), by=request.user, now=time.now())
    except CaseClosed as refusal:
        return show_list(request, refusal)
    except Refusal as refusal:
        return _show(request, form, status=refusal.status, refusal=refusal)
    return _done(request, _("Changed: %(name)s") % {"name": case.client})


def _show(
    request: PersonRequest,
    form: WaitForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    looked: bool = False,
) -> HttpResponse:
    case, now = form.case, time.now()
    here = reverse("scheduling:conflict_wait_change", args=[case.pk]) if case else reverse("scheduling:conflict_wait")
    shown: dict[str, Any] = {"form": form, "case": case, "here": here, "back": reverse(HOME), "key": form.key}
    if isinstance(refusal, TakenBackSince):
        # What was taken back is put on the list anew by the same press: with a key of its own.
        shown["key"] = uuid.uuid4().hex
    shown |= {"refusal": refusal, "free": getattr(refusal, "times", ()), "picked": form.picked}
    if case is None:
        typed = str(form["q"].value() or "")[:100]
        shown |= {"people": people_for(form.coach, typed, chosen=form.picked, now=now), "still": True}
        shown["focus"] = "search" if looked else ""
    dialog = status != 200 or when.is_dialog(request) or not request.headers.get("HX-Target")
    return htmx.page_or_part(request, *PAGE, shown, status=status, dialog=dialog)


def _done(request: PersonRequest, words: str) -> HttpResponse:
    return htmx.done(request, htmx.PENDING_CHANGED, htmx.CALENDAR_CHANGED, to=HOME, toast=words)
