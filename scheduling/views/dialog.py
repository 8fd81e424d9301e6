"""The conflict dialog as it is drawn: from a clash and from what was filled in so far."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel import dates, htmx, time
from scheduling import rules, slots
from scheduling.conflict_forms import AskForm, OfferForm
from scheduling.errors import TakenBackSince
from scheduling.queries import ways
from scheduling.queries.ways import Suggestions

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse, QueryDict

    from clients.access import PersonRequest
    from clients.models import Client
    from config.kernel.errors import Refusal
    from config.kernel.time import Interval
    from scheduling.conflict_forms import TimesForm
    from scheduling.models import Coach, Session
    from scheduling.wishes import Booking, Clash

OFFER, ASK = "offer", "ask"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """Both halves of the dialog as they are filled in; `chosen` is the one that counts."""

    offer: OfferForm
    ask: AskForm | None
    chosen: str = OFFER
    key: str = ""

    @property
    def form(self) -> OfferForm | AskForm:
        """The half that counts."""
        return self.ask if self.chosen == ASK and self.ask else self.offer


def blank(coach: Coach, booking: Booking, clash: Clash, *, now: dt.datetime) -> Filled:
    """The dialog as it opens, with the best times ticked."""
    return _filled(None, coach, booking, _in_the_way(clash), _suggestions(coach, booking, clash, now=now), now=now)


def filled(
    data: QueryDict, coach: Coach, booking: Booking, session: Session | None, *, chosen: str, key: str, now: dt.datetime
) -> Filled:
    """The dialog as it was sent.  `session` is the one in the way, if its client can be asked."""
    nothing = Suggestions(), Suggestions()
    return _filled(data, coach, booking, session, nothing, chosen=chosen, key=key, now=now)


def is_good(
    form: TimesForm, coach: Coach, wisher: Client, wanted: Interval | None, session: Session | None, *, now: dt.datetime
) -> bool:
    """Whether all is filled in as it should be; a time that was typed is told at once why it cannot be had.

    With a session the times are for its client, else for the wisher.  Without `wanted` nobody waits for room."""
    form.full_clean()
    if form.extra:
        client = session.client if session else wisher
        against = rules.taking(slots.explain(coach, form.extra, now=now, for_client=client, ignoring=session))
        if against:
            form.refuse_own(against[0].words)
        elif session and wanted and form.extra.overlaps(wanted):
            form.refuse_own(_("A move to that time would not free the hour."))
        elif session and form.extra == session.interval:
            form.refuse_own(_("That is when the session is now."))
    return form.is_valid()


def show(
    request: PersonRequest,
    booking: Booking,
    clash: Clash | None,
    what: Filled | None,
    *,
    status: int,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """The dialog, or the page that holds it; without a clash, the news that the hour is free now."""
    coach, now = request.user.coach, time.now()
    if clash is None:
        return htmx.page_or_part(
            request,
            "scheduling/conflict_free.html",
            "scheduling/_conflict_free.html",
            {**_hour(request, booking), "refusal": refusal},
            status=status,
            dialog=True,
        )
    near = _suggestions(coach, booking, clash, now=now)
    known = what or _filled(None, coach, booking, _in_the_way(clash), near, now=now)
    shown = {**_context(request, booking, clash, known, near, now=now), "refusal": refusal}
    if isinstance(refusal, TakenBackSince):
        shown["form_key"] = uuid.uuid4().hex
    return htmx.page_or_part(
        request, "scheduling/conflict.html", "scheduling/_conflict.html", shown, status=status, dialog=True
    )


def show_parts(
    request: PersonRequest, booking: Booking, clash: Clash, what: Filled, *, now: dt.datetime
) -> HttpResponse:
    """Only what follows the ticked times: counts, deadlines, letters and buttons, each to its own place."""
    shown = _context(request, booking, clash, what, (Suggestions(), Suggestions()), now=now)
    shown |= {"oob": True, "changed": request.headers.get("HX-Trigger-Name", "")}
    return render(request, "scheduling/_conflict_preview.html", shown)


def _in_the_way(clash: Clash) -> Session | None:
    return clash.sessions[0] if clash.may_ask else None


def _suggestions(coach: Coach, booking: Booking, clash: Clash, *, now: dt.datetime) -> tuple[Suggestions, Suggestions]:
    session = _in_the_way(clash)
    return (
        ways.suggestions_for_wisher(coach, booking.client, booking.during, now=now),
        ways.suggestions_to_move(coach, session, booking.during, now=now) if session else Suggestions(),
    )


def _filled(
    data: QueryDict | None,
    coach: Coach,
    booking: Booking,
    session: Session | None,
    near: tuple[Suggestions, Suggestions],
    *,
    now: dt.datetime,
    chosen: str = OFFER,
    key: str = "",
) -> Filled:
    offer = OfferForm(data, coach=coach, minutes=booking.during.minutes, preselected=near[0].ticked)
    if session is None:
        return Filled(offer=offer, ask=None, chosen=OFFER, key=key)
    in_line = ways.open_ask(session, booking.client, booking.during, now=now) is not None
    ask = AskForm(data, coach=coach, minutes=session.minutes, preselected=near[1].ticked, in_line=in_line)
    return Filled(offer=offer, ask=ask, chosen=chosen, key=key)


def _context(
    request: PersonRequest,
    booking: Booking,
    clash: Clash,
    what: Filled,
    near: tuple[Suggestions, Suggestions],
    *,
    now: dt.datetime,
) -> dict[str, Any]:
    coach, session = request.user.coach, _in_the_way(clash)
    wisher, holder = ways.short_names(booking.client, session.client) if session else (booking.client.first_name, "")
    for form in filter(None, (what.offer, what.ask)):
        form.settle()
    offer = ways.way_to_offer(what.offer, coach, booking.client, booking.during, near[0], called=wisher, now=now)
    ask = ways.way_to_ask(what.ask, coach, session, near[1], called=holder, now=now) if session and what.ask else None
    return _hour(request, booking) | {
        "clash": clash,
        "session": session,
        "asked": ways.open_ask(session, booking.client, booking.during, now=now) if session else None,
        "wisher": wisher,
        "holder": holder,
        "is_first": ways.is_first_session(booking.client, request.user),
        "offer": offer,
        "ask": ask,
        "chosen": what.chosen if ask else OFFER,
        "form": what.form,
        "form_key": what.key or uuid.uuid4().hex,
    }


def _hour(request: PersonRequest, booking: Booking) -> dict[str, Any]:
    """The wish itself, as hidden fields and as the way back to the form it came from."""
    begin = timezone.localtime(booking.during.starts_at)
    typed = {
        "client": str(booking.client.pk),
        "day": begin.date().isoformat(),
        "at": dates.clock(begin),
        **({"fold": "1"} if begin.fold else {}),
        "minutes": booking.during.minutes,
        "title": booking.title,
        "notify": "1" if booking.notify else "0",
        **({"case": booking.case_id} if booking.case_id else {}),
    }
    waits = {"client": typed["client"], "weekdays": begin.weekday(), "minutes": booking.during.minutes}
    return {
        "booking": booking,
        "typed": typed,
        "back": f"{reverse('scheduling:session_book')}?{urlencode(typed)}",
        "wait": f"{reverse('scheduling:conflict_wait')}?{urlencode(waits)}",
        "calendar": f"{reverse('scheduling:calendar')}?date={typed['day']}",
    }
