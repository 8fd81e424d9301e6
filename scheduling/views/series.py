"""Booking again: the same hour next week, or every week or two, all of them or none."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from clients.errors import ClientArchived
from config.kernel import dates, htmx, time
from config.kernel.errors import Refusal
from scheduling.access import coach_only, session_for
from scheduling.actions.series import book_series
from scheduling.errors import CancelledSince, SeriesNotFree
from scheduling.queries.series import Decided, Plan, first_day, plan_of
from scheduling.series_forms import SeriesForm
from scheduling.views import when
from scheduling.wishes import Series, SeriesHour

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from clients.access import PersonRequest
    from scheduling.models import Coach, Session

PAGE = ("scheduling/session_again.html", "scheduling/_session_again.html")
_WEEKDAYS = (
    gettext_lazy("Mondays"),
    gettext_lazy("Tuesdays"),
    gettext_lazy("Wednesdays"),
    gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"),
    gettext_lazy("Saturdays"),
    gettext_lazy("Sundays"),
)
# Buttons that decide about one date; nothing is booked by them.
_DECIDE = ("choose", "leave", "reset")


@coach_only
@require_http_methods(["GET", "HEAD", "POST"])
def session_again(request: PersonRequest, session_id: int) -> HttpResponse:
    """Show how the dates look, look again while the form is filled in, book them all.

    409 names what is in the way of which date, and shows how things stand now."""
    session = session_for(request.user, session_id)
    if request.method != "POST" or not request.POST.keys().isdisjoint(_DECIDE):
        return _look(request, session)
    form = SeriesForm(request.POST, coach=request.user.coach)
    if not form.is_valid():
        return _show(request, session, form, status=422)
    plan = _plan(session, form)
    if plan is None or (trouble := _unbookable(plan)):
        form.add_error(None, trouble)
        return _show(request, session, form, status=422)
    try:
        sessions = _book(request, session, form, plan)
    except Refusal as refusal:
        return _show(request, session, form, refusal=refusal)
    return _done(request, session, sessions, form)


def _unbookable(plan: Plan) -> str:
    """Why there is nothing that could be sent; empty when there is."""
    if not plan.booked:
        return _("Every date is left out. Take at least one back.")
    for row in plan.booked:
        if row.during is None:
            words = _("The clocks go forward on %(day)s: there is no %(time)s. Choose another time, or leave it out.")
            return words % {"day": dates.day(row.wall), "time": dates.clock(row.wall)}
    return ""


def _book(request: PersonRequest, session: Session, form: SeriesForm, plan: Plan) -> list[Session]:
    """Raises: every refusal of `book_series`."""
    said, seen = form.cleaned_data, form.seen if form.cleaned_data["overrule"] else {}
    series = Series(
        client=session.client,
        hours=tuple(
            SeriesHour(during=row.during, accepted=seen.get(row.key, frozenset())) for row in plan.booked if row.during
        ),
        title=said["title"],
        notify=said["notify"] != "0",
        form_key=said["form_key"],
    )
    return book_series(series, by=request.user, now=time.now())


def _look(request: PersonRequest, session: Session) -> HttpResponse:
    """The form as it is typed so far, with what a button decides about one date."""
    coach, said = request.user.coach, (request.POST if request.method == "POST" else request.GET).copy()
    focus = _decide(said)
    if request.method != "POST":
        # Consent is never carried over: it was given for other times.
        said.pop("overrule", None)
    hint = ""
    if "day" not in said:
        first = first_day(session, coach, now=time.now())
        said["day"], hint = f"{first:%Y-%m-%d}", _goes_on(session, first, coach)
    for name, value in SeriesForm.standing(session, coach).items():
        said.setdefault(name, value)
    return _show(request, session, SeriesForm(said, coach=coach), is_draft=True, focus=focus, hint=hint)


def _goes_on(session: Session, first: dt.date, coach: Coach) -> str:
    """Words for a series that goes on behind others; empty for one that begins a week after the session, or today."""
    before = first - dt.timedelta(weeks=1)
    where = time.zone(coach.time_zone)
    days = {session.starts_at.astimezone(where).date(), time.now().astimezone(where).date()}
    return _("Goes on after %(day)s.") % {"day": dates.day(before)} if before > max(days) else ""


def _decide(said: QueryDict) -> str:
    """Carry out what a button says of one date: "<key> <instant>" chosen, a key left out or reset.  The key."""
    said_now = {name: said.pop(name)[-1] for name in _DECIDE if name in said}
    key = next((value.partition(" ")[0] for value in said_now.values()), "")
    if not key:
        return ""
    for name in ("other", "out"):
        said.setlist(name, [line for line in said.getlist(name) if line.partition(" ")[0] != key])
    if "choose" in said_now:
        said.appendlist("other", said_now["choose"])
    elif "leave" in said_now:
        said.appendlist("out", key)
    return key


def _plan(session: Session, form: SeriesForm) -> Plan | None:
    rhythm = form.rhythm()
    if rhythm is None:
        return None
    decided = Decided(others={key: form.hour_of(at) for key, at in form.others.items()}, out=form.out)
    planned = rhythm.plan(form.where)
    return plan_of(form.coach, session.client, planned, decided, minutes=rhythm.minutes, now=time.now())


def _show(
    request: PersonRequest,
    session: Session,
    form: SeriesForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    is_draft: bool = False,
    focus: str = "",
    hint: str = "",
) -> HttpResponse:
    if not session.client.is_active:
        refusal = refusal or ClientArchived()
    plan = _plan(session, form)
    changed = _changed(plan, form) if plan and request.method == "POST" else frozenset()
    context: dict[str, Any] = {
        "session": session,
        "form": form.draft() if is_draft else form,
        "trouble": when.trouble_of(form) if is_draft else "",
        "plan": plan,
        "changed": changed,
        # The tick stands only for what was shown beside it.
        "is_overruled": form.data.get("overrule") == "1" and not changed,
        "needs_consent": isinstance(refusal, SeriesNotFree) and bool(plan and plan.warned and not plan.undecided),
        # What was cancelled is booked anew by the same press: with a key of its own.
        "key": uuid.uuid4().hex if isinstance(refusal, CancelledSince) else form.key,
        "refusal": refusal,
        "focus": focus,
        "hint": hint,
        "in_dialog": when.is_dialog(request),
        "back": reverse("scheduling:session_detail", args=[session.pk]),
    }
    status = refusal.status if refusal else status
    return htmx.page_or_part(request, *PAGE, context, status=status, dialog=when.is_dialog(request))


def _changed(plan: Plan, form: SeriesForm) -> frozenset[str]:
    """The keys of the dates against which something speaks that was not shown when the form was sent."""
    return frozenset(row.key for row in plan.rows if not set(row.marks.split()) <= form.seen.get(row.key, frozenset()))


def _done(request: PersonRequest, session: Session, sessions: list[Session], form: SeriesForm) -> HttpResponse:
    number = len(sessions)
    words = ngettext(
        "%(number)s session booked: %(name)s, %(when)s.",
        "%(number)s sessions booked: %(name)s, %(when)s, last on %(last)s.",
        number,
    )
    last = dates.day(timezone.localtime(sessions[-1].starts_at))
    said = words % {"number": number, "name": session.client, "when": _when(sessions), "last": last}
    if form.cleaned_data["notify"] != "0":  # queued, but nothing sends it yet: whoever counts on it must know
        waits = _("The message to %(name)s waits until mail is set up.") % {"name": session.client.first_name}
        said = f"{said} {waits}"
    # Its page lists what is booked ahead, each with a way to it.
    to = reverse("scheduling:session_detail", args=[session.pk])
    return htmx.done(request, htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED, to=to, toast=said)


def _when(sessions: list[Session]) -> str:
    """ "Tuesdays 17:00" where all are alike; else when the first is."""
    starts = [timezone.localtime(each.starts_at) for each in sessions]
    if len(starts) == 1 or len({(each.weekday(), each.time()) for each in starts}) > 1:
        return dates.day_time(starts[0])
    return f"{_WEEKDAYS[starts[0].weekday()]} {dates.clock(starts[0])}"
