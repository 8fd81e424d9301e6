"""What has happened to a session: its audit in words, for the coach whose session it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import AuditEvent
from config.kernel import dates
from scheduling.models import ConflictCase, RescheduleProposal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from clients.models import User
    from scheduling.models import Session

MOST = 100

# By verb: the icon, and words with places for `when` (the hour it is about) and `left` (the one it was before).
_WORDS: Mapping[str, tuple[str, Any]] = {
    "case_opened": ("hourglass", gettext_lazy("Wished for: %(when)s")),
    "wait_began": ("hourglass", gettext_lazy("Put on the waiting list")),
    "times_offered": ("send", gettext_lazy("Other times offered")),
    "asked_to_move": ("question", pgettext_lazy("history", "Asked to move")),
    "swap_proposed": ("move", pgettext_lazy("history", "Asked to swap")),
    "swap_agreed": ("tick", gettext_lazy("Yes to the swap")),
    "proposal_reminded": ("bell", gettext_lazy("Reminder of the question")),
    "proposal_extended": ("hourglass", gettext_lazy("More time for the answer")),
    "proposal_answered": ("tick", gettext_lazy("One of the times chosen")),
    "proposal_declined": ("cross", gettext_lazy("None of the times fits")),
    "counter_accepted": ("tick", gettext_lazy("A time of the client’s own taken: %(when)s")),
    "proposal_kept": ("tick", gettext_lazy("The hour is kept")),
    "proposal_withdrawn": ("undo", gettext_lazy("The offer was taken back")),
    "proposal_expired": ("hourglass", gettext_lazy("The offer ended without an answer")),
    "session_booked": ("calendar", gettext_lazy("Booked: %(when)s")),
    "session_moved": ("move", gettext_lazy("Moved from %(left)s to %(when)s")),
    "session_arrived": ("clock", gettext_lazy("Client has arrived")),
    "session_not_arrived": ("clock", gettext_lazy("Marked as not here yet")),
    "series_booked": ("repeat", gettext_lazy("Booked as the first of several")),
    "session_completed": ("tick", pgettext_lazy("history", "Completed")),
    "session_no_show": ("person-minus", pgettext_lazy("history", "No-show")),
    "session_cancelled": ("cross", pgettext_lazy("history", "Cancelled")),
    "session_reopened": ("undo", pgettext_lazy("history", "Opened again")),
    "session_paid": ("euro", pgettext_lazy("history", "Paid")),
    "session_unpaid": ("euro", gettext_lazy("Marked as unpaid again")),
    "change_undone": ("undo", gettext_lazy("The last change was undone")),
    "note_begun": ("note", gettext_lazy("Private note begun")),
    "note_finished": ("lock", gettext_lazy("Private note finished")),
    "addendum_added": ("note", gettext_lazy("Private note added to")),
}
# Steps of something that is told already, or of no interest to who was there.
_UNTOLD = (
    "case_resolved",
    "case_taken_up",
    "wait_taken_up",
    "wait_changed",
    "hour_held",
    "hour_let_go",
    "link_minted",
    "swap_settled",
    "note_saved",
)
# Of a private note even its existence is its author's own.
_PRIVATE = ("note_begun", "note_finished", "addendum_added")
_OTHERWISE = ("info", pgettext_lazy("history", "Changed"))


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line: what, when and by whom; `who` is empty when the house did it by itself."""

    words: str
    icon: str
    at: dt.datetime
    who: str


def history_of(session: Session, *, reader: User) -> tuple[Happening, ...]:
    """What has happened to the session, the newest first: one query, however much there is.

    Only of the session itself, what was proposed about it and the wish that became it: who else
    waits for the hour is not in it, and no name but the client's and those of who did something."""
    return tuple(_happening(row, session) for row in _events(session, reader)[:MOST])


def _events(session: Session, reader: User) -> QuerySet[AuditEvent, Any]:
    about = Q(session=session) | Q(case__session=session)
    # What another client was asked, so that this one could come, is between the coach and that one.
    proposals = RescheduleProposal.objects.filter(about, recipient=session.client_id)
    told = AuditEvent.objects.exclude(verb__in=_UNTOLD).exclude(Q(verb__in=_PRIVATE) & ~Q(actor=reader))
    own, offered, wished = (
        told.filter(**about).values("pk", "verb", "facts", "at", "actor", "actor__full_name", "actor__email")
        for about in (
            {"object": f"session:{session.pk}"},
            {"object__in": _named("proposal", proposals)},
            {"object__in": _named("case", ConflictCase.objects.filter(session=session))},
        )
    )
    return own.union(offered, wished, all=True).order_by("-at", "-pk")


def _named(kind: str, rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    """The rows as the audit names them: "proposal:5"."""
    name = Concat(Value(f"{kind}:"), Cast("pk", CharField()), output_field=TextField())
    return rows.values_list(name)


def _happening(row: Mapping[str, Any], session: Session) -> Happening:
    icon, words = _WORDS.get(row["verb"], _OTHERWISE)
    text = str(words)
    if "%(" in text:
        text %= dict(_times(row["facts"]))
    return Happening(words=text, icon=icon, at=row["at"], who=_who(row, session))


def _times(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The hour that the fact is about, and the one before it; a dash for what is not among the facts."""
    yield "when", _start_of(facts.get("during") or facts.get("to") or facts.get("wanted"))
    yield "left", _start_of(facts.get("from"))


def _start_of(during: Any) -> str:
    try:
        return dates.short_day_time(dt.datetime.fromisoformat(during[0]))
    except (TypeError, ValueError, IndexError, KeyError):
        return "–"


def _who(row: Mapping[str, Any], session: Session) -> str:
    if row["facts"].get("via") == "link":
        return _("%(name)s, by the link") % {"name": session.client}
    if row["actor"] and row["actor"] == session.client.user_id:
        return str(session.client)
    return str(row["actor__full_name"] or row["actor__email"] or "")
