"""Booking a session; one session's page; moving and cancelling it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.kernel import htmx, time
from config.kernel.errors import Refusal
from scheduling import slots
from scheduling.access import coach_only, session_for
from scheduling.actions.book import book_session
from scheduling.actions.cancel import cancel_session
from scheduling.actions.move import move_session
from scheduling.errors import CancelledSince, ChangedMeanwhile, HourTaken, NotCancellable, NotMovable
from scheduling.forms import BookingForm, CancelForm, MoveForm
from scheduling.queries.booking import people_for
from scheduling.queries.history import history_of
from scheduling.queries.notes import note_page
from scheduling.queries.sessions import session_page
from scheduling.queries.waiting import booked_themselves, whom_it_would_suit
from scheduling.rules import may_change
from scheduling.views import after, paper, when
from scheduling.views.conflicts import conflict_dialog

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import Session

BOOK = ("scheduling/session_book.html", "scheduling/_session_form.html")
DETAIL = ("scheduling/session_detail.html", "scheduling/_session_detail.html")
MOVE = ("scheduling/session_move.html", "scheduling/_session_move.html")
CANCEL = ("scheduling/session_cancel.html", "scheduling/_session_cancel.html")
SUGGESTED = 5
_asking = require_http_methods(["GET", "HEAD", "POST"])


@coach_only
@_asking
def session_book(request: PersonRequest) -> HttpResponse:
    """Show the form, look again while it is filled in, book.

    Taken: 409 with the two ways out.  Speaks something against it: 409, to be overruled or changed."""
    if when.is_a_look(request):
        return _look_at_booking(request)
    form = BookingForm(request.POST, coach=request.user.coach)
    if not form.is_valid():
        return booking(request, form, status=422)
    wish = form.booking()
    try:
        session = book_session(wish, by=request.user, now=time.now())
    except HourTaken as taken:
        if taken.clash is None:  # the database saw it first, and it may be gone again
            return booking(request, form, refusal=taken)
        return conflict_dialog(request, wish, taken.clash, form)
    except Refusal as refusal:
        return booking(request, form, refusal=refusal)
    return _booked(request, session, tells=wish.notify)


@coach_only
@require_safe
def session_detail(request: PersonRequest, session_id: int) -> HttpResponse:
    """What is known of one session, and what can be done with it."""
    session = session_for(request.user, session_id)
    page, initials = session_page(session, now=time.now()), paper.wants_initials(request)
    if initials:
        paper.hide_name(session.client)
    shown = {
        "page": paper.initialled(page) if initials else page,
        "session": session,
        "initials": initials,
        "back": when.calendar_address(session.starts_at, request.user.coach),
    }
    if not htmx.wants_part(request):  # what is re-read is the session alone; the note is being written
        shown |= {
            "note": note_page(session, request.user),
            "history": history_of(session, reader=request.user),
        }
    return htmx.page_or_part(request, *DETAIL, shown)


@coach_only
@_asking
def session_move(request: PersonRequest, session_id: int) -> HttpResponse:
    """Put the session at another time: 409 names what is in the way, and shows how things stand now."""
    session = session_for(request.user, session_id)
    if when.is_a_look(request):
        return _look_at_move(request, session)
    form = MoveForm(request.POST, coach=request.user.coach)
    if not form.is_valid():
        return moving(request, session, form, status=422)
    move, now = form.move(), time.now()
    how: dict[str, Any] = {"version": move.version, "overrule": move.overrule}
    try:
        moved = move_session(session.pk, move.during, by=request.user, now=now, **how)
    except ChangedMeanwhile as changed:
        return _look_at_move(request, session_for(request.user, session_id), refusal=changed)
    except Refusal as refusal:
        return moving(request, session, form, refusal=refusal)
    return _done(request, moved, _("Moved: %(name)s, %(when)s."), seen=move.version, now=now)


@coach_only
@_asking
def session_cancel(request: PersonRequest, session_id: int) -> HttpResponse:
    """Cancel the session, with a reason or without."""
    session = session_for(request.user, session_id)
    if request.method != "POST":
        return _cancelling(request, session, CancelForm(initial={"version": session.version}))
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _cancelling(request, session, form, status=422)
    wish, now = form.cancellation(), time.now()
    try:
        gone = cancel_session(session.pk, by=request.user, now=now, version=wish.version, reason=wish.reason)
    except Refusal as refusal:
        session = session_for(request.user, session_id)
        truth = CancelForm(initial={"version": session.version, "reason": wish.reason})
        return _cancelling(request, session, truth, refusal=refusal)
    return _done(request, gone, _("Cancelled: %(name)s, %(when)s."), seen=wish.version, now=now)


def _look_at_booking(request: PersonRequest) -> HttpResponse:
    coach = request.user.coach
    said = {"minutes": str(coach.session_minutes), **when.typed(request, coach)}
    if not said.get("at"):
        said |= when.first_time(coach, said.get("day", ""))
    return booking(request, BookingForm(said, coach=coach), is_draft=True)


def _look_at_move(request: PersonRequest, session: Session, *, refusal: Refusal | None = None) -> HttpResponse:
    """The form as it is typed so far; after a refusal, as the session stands."""
    coach = request.user.coach
    said = {} if refusal else when.typed(request, coach)
    form = MoveForm({**MoveForm.standing(session, coach), **said}, coach=coach)
    return moving(request, session, form, refusal=refusal, is_draft=True)


def booking(
    request: PersonRequest,
    form: BookingForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    is_draft: bool = False,
    in_dialog: bool | None = None,
) -> HttpResponse:
    """The booking form as it is filled in, with how its hour looks; `in_dialog` as in `when.answer`."""
    now = time.now()
    form.is_valid()
    return when.answer(
        request,
        BOOK,
        form,
        now=now,
        is_draft=is_draft,
        in_dialog=in_dialog,
        status=refusal.status if refusal else status,
        for_client=form.picked,
        picked=form.picked,
        wish=form.open_wish,
        settles=form.settles,
        people=people_for(form.coach, form.data.get("q", "")[:100], chosen=form.picked, now=now),
        # What was cancelled is booked anew by the same press: with a key of its own.
        key=uuid.uuid4().hex if isinstance(refusal, CancelledSince) else form.key,
        refusal=refusal,
    )


def moving(
    request: PersonRequest,
    session: Session,
    form: MoveForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    is_draft: bool = False,
    in_dialog: bool | None = None,
) -> HttpResponse:
    """The form of a move as it is filled in, with how its hour looks; `in_dialog` as in `when.answer`."""
    now = time.now()
    if not may_change(session):
        refusal = refusal or NotMovable()
    near: dict[str, Any] = {"near": session.interval, "for_client": session.client, "ignoring": session}
    return when.answer(
        request,
        MOVE,
        form,
        now=now,
        is_draft=is_draft,
        in_dialog=in_dialog,
        status=refusal.status if refusal else status,
        for_client=session.client,
        ignoring=session,
        session=session,
        can_change=may_change(session),
        is_same=form.during() == session.interval,
        suggestions=slots.suggest(form.coach, now=now, count=SUGGESTED, **near) if may_change(session) else [],
        refusal=refusal,
        swap_with=_to_swap_with(refusal),
    )


def _to_swap_with(refusal: Refusal | None) -> Session | None:
    """The one session that is in the way of a move, if its client could be asked to swap."""
    clash = refusal.clash if isinstance(refusal, HourTaken) else None
    return clash.sessions[0] if clash and clash.may_ask else None


def _cancelling(
    request: PersonRequest, session: Session, form: CancelForm, *, status: int = 200, refusal: Refusal | None = None
) -> HttpResponse:
    now = time.now()
    if not may_change(session):
        refusal = refusal or NotCancellable()
    context = {
        "form": form,
        "page": session_page(session, now=now),
        "suits": whom_it_would_suit(request.user, session.interval, left_by=session.client, now=now),
        "session": session,
        "refusal": refusal,
        "in_dialog": when.is_dialog(request),
        "back": reverse("scheduling:session_detail", args=[session.pk]),
    }
    status = refusal.status if refusal else status
    return htmx.page_or_part(request, *CANCEL, context, status=status, dialog=when.is_dialog(request))


def _done(request: PersonRequest, session: Session, words: str, *, seen: int, now: dt.datetime) -> HttpResponse:
    """Moved or cancelled: back to the calendar, with a way to undo it, or with who was booked in its place."""
    to = when.calendar_address(session.starts_at, request.user.coach)
    others = booked_themselves(request.user, now)
    more = " ".join(_("Booked: %(name)s, %(when)s.") % after.named(each) for each in others)
    # Their hour is nobody's to give back.
    return after.done(request, session, words, seen=None if others else seen, to=to, more=more)


def _booked(request: PersonRequest, session: Session, *, tells: bool) -> HttpResponse:
    more = ""
    if tells:  # queued, but nothing sends it yet: whoever counts on it must know
        more = _("The message to %(name)s waits until mail is set up.") % {"name": session.client.first_name}
    to = when.calendar_address(session.starts_at, request.user.coach)
    return after.done(request, session, _("Booked: %(name)s, %(when)s."), to=to, more=more)
