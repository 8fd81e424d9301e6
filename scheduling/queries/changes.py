"""What was done to a session, version by version, as the audit tells it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import AuditEvent
from config.kernel.time import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from clients.models import User

# The verb of a change that took the one before it back.
UNDONE = "change_undone"
_WORDS = {
    "session_moved": gettext_lazy("Moved"),
    "session_cancelled": gettext_lazy("Cancelled"),
    "session_completed": gettext_lazy("Marked as completed"),
    "session_no_show": gettext_lazy("Marked as a no-show"),
    "session_reopened": gettext_lazy("Reopened"),
    "session_paid": gettext_lazy("Marked as paid"),
    "session_unpaid": gettext_lazy("Marked as not paid"),
    "session_arrived": gettext_lazy("Marked as arrived"),
    "session_not_arrived": gettext_lazy("Marked as not here yet"),
    UNDONE: gettext_lazy("Last change undone"),
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of a session.  `undo` says how it was before; None for what cannot be taken back."""

    verb: str
    at: dt.datetime
    by: User | None
    version: int
    undo: Mapping[str, Any] | None
    undid: int | None
    # The session whose hour this one got, which got this one's.
    swapped_with: int | None = None

    @property
    def words(self) -> str:
        """What was done, in a word or two."""
        return str(_WORDS.get(self.verb, _("Changed")))

    @property
    def before(self) -> Mapping[str, Any]:
        """The fields that it changed, as they were."""
        found: Mapping[str, Any] = (self.undo or {}).get("before", {})
        return found

    @property
    def hour_before(self) -> Interval | None:
        """When the session was before it was moved; None for any other change."""
        if "during" not in self.before:
            return None
        return Interval(*(dt.datetime.fromisoformat(edge) for edge in self.before["during"]))


def changes_of(session_id: int, *, since: int) -> list[Change]:
    """What made the session's versions from that one on, in order.  One query."""
    events = _events(session_id).filter(facts__version__gte=since)
    return [_change(event) for event in events.order_by("pk")]


def change_to(session_id: int, version: int) -> Change | None:
    """What made this version of the session; None for the first, and for one that there is not.  One query."""
    event = _events(session_id).filter(facts__version=version).order_by("pk").last()
    return _change(event) if event else None


def _events(session_id: int) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(object=f"session:{session_id}", verb__in=_WORDS).select_related("actor")


def _change(event: AuditEvent) -> Change:
    facts = event.facts
    return Change(
        verb=event.verb,
        at=event.at,
        by=event.actor,
        version=facts["version"],
        undo=facts.get("undo"),
        undid=facts.get("undid"),
        swapped_with=facts.get("swapped_with"),
    )
