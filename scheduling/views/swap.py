"""Two sessions that swap their times: with whom, what would be, and whether both are asked first."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from config.kernel.numbers import whole_number
from scheduling import letters, rules
from scheduling.access import coach_only, proposal_for, session_for
from scheduling.actions.swap import accept_swap, propose_swap, swap_sessions
from scheduling.errors import TakenBackSince
from scheduling.queries import swaps, ways
from scheduling.swap_forms import SwapForm
from scheduling.views import pending
from scheduling.views.ask import next_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from config.kernel.time import Interval
    from scheduling.letters import Letter
    from scheduling.models import Session
    from scheduling.slots import Obstacle

PICK = ("scheduling/session_swap.html", "scheduling/_session_swap.html")
LOOK = ("scheduling/session_swap_look.html", "scheduling/_session_swap_look.html")


@dataclass(frozen=True)
class Change:
    """One of the two, as the coach looks at it: where the session is, where it would be, and what its client reads."""

    session: Session
    hour: Interval
    letter: Letter


@coach_only
@require_http_methods(["GET", "HEAD", "POST"])
def session_swap(request: PersonRequest, session_id: int) -> HttpResponse:
    """With whom a session could swap; `with` is the other session, and then what would be.  POST asks or swaps.

    409 when the two cannot swap (any more)."""
    session = session_for(request.user, session_id)
    sent = request.POST if request.method == "POST" else request.GET
    if not sent.get("with"):
        return _pick(request, session)
    number = whole_number(sent["with"])
    if number is None:
        raise Http404
    other = session_for(request.user, number)
    if request.method != "POST":
        return _look(request, session, other, None)
    form = SwapForm(request.POST)
    if not form.is_valid():
        return _look(request, session, other, form, status=422)
    try:
        _carry_out(request, session, other, form)
    except Refusal as refusal:
        return _look(request, session, other, form, refusal=refusal)
    names = {"first": session.client, "second": other.client}
    words = _("%(first)s and %(second)s have swapped.") % names
    if form.asks:
        words = _("%(first)s and %(second)s are asked. Hand each the link.") % names
    return htmx.done(request, htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED, to=_back(request, session), toast=words)


@coach_only
@require_POST
def swap_accept(request: PersonRequest, proposal_id: int) -> HttpResponse:
    """Let two swap who both said yes, and whom something kept apart."""
    proposal = proposal_for(request.user, proposal_id)
    if not proposal.is_swap:
        raise Http404
    try:
        accept_swap(proposal.pk, by=request.user, now=time.now(), overrule=request.POST.get("overrule") == "1")
    except Refusal as refusal:
        return pending.show_list(request, refusal)
    to = next_path(request) or reverse(pending.HOME)
    return htmx.done(request, htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED, to=to, toast=_("They have swapped."))


def _carry_out(request: PersonRequest, session: Session, other: Session, form: SwapForm) -> None:
    swap, now = form.swap(session, other), time.now()
    if not form.asks:
        swap_sessions(swap, by=request.user, now=now)
        return
    said = form.cleaned_data
    propose_swap(swap, said["expires"], said["note"], by=request.user, now=now, form_key=_key(request))


def _pick(request: PersonRequest, session: Session) -> HttpResponse:
    now = time.now()
    day = _day(request.GET.get("day", ""))
    on = time.day_bounds(day, time.zone(request.user.coach.time_zone)) if day else None
    refusal = rules.why_not_ask(session, now=now)
    shown: dict[str, Any] = {
        "session": session,
        "others": [] if refusal else swaps.partners(session, now=now, on=on),
        "day": day,
        "can_swap": refusal is None,
        "back": _back(request, session),
        "next": next_path(request),
    }
    if refusal is None:
        return htmx.page_or_part(request, *PICK, shown, dialog=True)
    return htmx.refused(request, refusal, page=PICK[0], part=PICK[1], context=shown, dialog=True)


def _look(
    request: PersonRequest,
    session: Session,
    other: Session,
    form: SwapForm | None,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    now = time.now()
    # What was refused was judged by the sessions as they are now, which may not be what the page showed.
    session, other = (session_for(request.user, each.pk) for each in (session, other))
    against, in_the_way = _judged(request, session, other, now)
    refusal = refusal or in_the_way
    hours = rules.swapped(session.interval, other.interval)
    before = min(session.starts_at, other.starts_at)
    ends = ways.deadlines(hours, request.user.coach, now=now, before=before)
    said = form.cleaned_data if form else {}
    until = said.get("expires") or ends[len(ends) // 2] if ends else None
    shown: dict[str, Any] = {
        "session": session,
        "other": other,
        "changes": _changes(request, (session, other), hours, until, said.get("note", "")),
        "against": against,
        "can_swap": in_the_way is None,
        "form": form or SwapForm(),
        "form_key": uuid.uuid4().hex if isinstance(refusal, TakenBackSince) or not _key(request) else _key(request),
        "deadlines": [(each, each == until) for each in ends],
        "here": reverse("scheduling:session_swap", args=[session.pk]),
        "back": _back(request, session),
        "next": next_path(request),
        "refusal": refusal,
    }
    return htmx.page_or_part(request, *LOOK, shown, status=refusal.status if refusal else status, dialog=True)


def _judged(
    request: PersonRequest, session: Session, other: Session, now: dt.datetime
) -> tuple[list[Obstacle], Refusal | None]:
    """What the coach may overrule, and what forbids it."""
    try:
        return swaps.what_speaks_against(request.user, session, other, now=now), None
    except Refusal as refusal:
        return [], refusal


def _changes(
    request: PersonRequest,
    both: Sequence[Session],
    hours: Sequence[Interval],
    until: dt.datetime | None,
    note: str,
) -> list[Change]:
    return [
        Change(
            each,
            hour,
            letters.swap_letter(
                each.client, request.user, has=each.interval, gets=hour, expires_at=until, note=note.strip()
            ),
        )
        for each, hour in zip(both, hours, strict=True)
    ]


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if abs(day - time.now().date()) < dt.timedelta(days=366) else None


def _key(request: PersonRequest) -> str:
    """The key of this filling-in; empty when it was never drawn."""
    return request.POST.get("form_key", "")[:64]


def _back(request: PersonRequest, session: Session) -> str:
    return next_path(request) or reverse("scheduling:session_detail", args=[session.pk])
