"""Times put to one person: the sheet that is looked at, previewed and sent, whatever it is sent for."""

from __future__ import annotations

import functools
import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from config.kernel import htmx
from config.kernel.errors import Refusal
from scheduling.errors import TakenBackSince
from scheduling.queries.ways import SentLast, Suggestions, beginning_with, sent_last
from scheduling.views.handover import hand_over

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse, QueryDict

    from clients.access import PersonRequest
    from scheduling.conflict_forms import TimesForm
    from scheduling.models import Coach, RescheduleProposal, Session
    from scheduling.queries.ways import Way

PARTS = "scheduling/_times_preview.html"


@dataclass(frozen=True)
class Sheet(ABC):
    """Times for the client of `session`, who is asked to move, or without one for whoever the sheet is about."""

    request: PersonRequest
    session: Session | None
    now: dt.datetime

    # The page, and the part that fills the dialog.
    templates = ("", "")

    @property
    def coach(self) -> Coach:
        """Whose calendar it is."""
        return self.request.user.coach

    @property
    def is_look(self) -> bool:
        """Whether only the parts that follow the ticked times are wanted."""
        return self.request.POST.get("preview") == "parts" and htmx.wants_part(self.request)

    @property
    def key(self) -> str:
        """The key of this filling-in; empty when it was never drawn."""
        return self.request.POST.get("form_key", "")[:64]

    @property
    @abstractmethod
    def here(self) -> str:
        """Its own address."""

    @property
    @abstractmethod
    def back(self) -> str:
        """Where to go on when it is done or left."""

    @abstractmethod
    def form(self, data: QueryDict | None, near: Suggestions) -> TimesForm:
        """The form, as it was sent or with the best times ticked."""

    @abstractmethod
    def suggestions(self) -> Suggestions:
        """Times to show, and those to tick."""

    def last(self) -> RescheduleProposal | None:
        """What was put to the same person before, about the same."""
        return None

    @functools.cached_property
    def sent_last(self) -> SentLast:
        """The times of last time, if nobody answered them."""
        return sent_last(self.last(), self.coach, now=self.now)

    @abstractmethod
    def is_good(self, form: TimesForm) -> bool:
        """Whether all is filled in as it should be."""

    @abstractmethod
    def way(self, form: TimesForm, near: Suggestions) -> Way:
        """The sheet as it is drawn."""

    @abstractmethod
    def send(self, form: TimesForm) -> RescheduleProposal:
        """Do it.  Raises: every refusal of the action behind it."""

    @abstractmethod
    def over(self, refusal: Refusal | None = None) -> HttpResponse | None:
        """The answer when there is nothing to put to anybody, by this refusal or as things stand; else None."""

    def about(self) -> dict[str, Any]:
        """What else its own part shows."""
        return {}


def answer(sheet: Sheet) -> HttpResponse:
    """Show the sheet, show it again as it is filled in (`preview`), or send it and hand the link over."""
    request = sheet.request
    sent, is_preview = request.method == "POST", "preview" in request.POST
    if not sent and (over := sheet.over()):
        return over
    near = Suggestions() if sheet.is_look else sheet.suggestions()
    if not sent and sheet.sent_last.free:
        near = beginning_with(sheet.sent_last.free, near)
    form = sheet.form(request.POST if sent else None, near)
    good = not sent or sheet.is_good(form)
    if sent and is_preview:
        form.forgive()
    elif sent and good:
        return _send(sheet, form, near)
    elif sent and (over := sheet.over()):
        # What is missing in it does not matter any more.
        return over
    return _show(sheet, form, near, status=200 if good or is_preview else 422)


def _send(sheet: Sheet, form: TimesForm, near: Suggestions) -> HttpResponse:
    try:
        proposal = sheet.send(form)
    except Refusal as refusal:
        return sheet.over(refusal) or _show(sheet, form, near, status=refusal.status, refusal=refusal)
    return hand_over(sheet.request, proposal, now=sheet.now, back=sheet.back)


def _show(
    sheet: Sheet, form: TimesForm, near: Suggestions, *, status: int, refusal: Refusal | None = None
) -> HttpResponse:
    form.settle()
    shown = {
        "session": sheet.session,
        "way": sheet.way(form, near),
        "form": form,
        "form_key": uuid.uuid4().hex if isinstance(refusal, TakenBackSince) or not sheet.key else sheet.key,
        "here": sheet.here,
        "back": sheet.back,
        "refusal": refusal,
        "sent_last": SentLast() if sheet.is_look else sheet.sent_last,
        **sheet.about(),
    }
    if sheet.is_look:
        changed = sheet.request.headers.get("HX-Trigger-Name", "")
        return render(sheet.request, PARTS, shown | {"oob": True, "changed": changed})
    return htmx.page_or_part(sheet.request, *sheet.templates, shown, status=status, dialog=True)
