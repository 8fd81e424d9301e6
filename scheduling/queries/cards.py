"""How a session is shown on a card: one word for what it is at this moment, and what else is worth a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from config.kernel.time import Interval
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping


class Shown(TextChoices):
    """What a card says.  More than the status of the row: the clock and an open question have a say."""

    SCHEDULED = "scheduled", gettext_lazy("Scheduled")
    PROPOSED = "proposed", gettext_lazy("Asked to move")
    PENDING = "pending", pgettext_lazy("status of a session", "Pending")
    WAITING = "waiting", gettext_lazy("Waiting")
    LIVE = "live", gettext_lazy("Live now")
    COMPLETED = "completed", gettext_lazy("Completed")
    NO_SHOW = "no_show", gettext_lazy("No-show")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
    LOCKED = "locked", gettext_lazy("Locked")


ICONS = {
    Shown.PENDING: "hourglass",
    Shown.PROPOSED: "question",
    Shown.SCHEDULED: "calendar",
    Shown.WAITING: "clock",
    Shown.LIVE: "live",
    Shown.COMPLETED: "tick",
    Shown.NO_SHOW: "person-minus",
    Shown.CANCELLED: "cross",
    Shown.LOCKED: "lock",
}
_WORDS = {
    Shown.LIVE: gettext_noop("now"),
    Shown.WAITING: gettext_noop("has arrived"),
    Shown.PROPOSED: gettext_noop("asked"),
    Shown.CANCELLED: gettext_noop("cancelled"),
    Shown.NO_SHOW: gettext_noop("no-show"),
}


def shown_as(row: Mapping[str, Any], *, now: dt.datetime) -> Shown:
    """The word for a booked session: `row` has status, during, arrived_at and asked (an open proposal)."""
    if row["status"] != SessionStatus.SCHEDULED:
        return Shown(row["status"])
    during = row["during"] if isinstance(row["during"], Interval) else Interval.from_range(row["during"])
    if during.starts_at <= now < during.ends_at:
        return Shown.LIVE
    if row["asked"]:
        return Shown.PROPOSED
    # Who arrived yesterday and was never marked as completed is not waiting any more.
    return Shown.WAITING if row["arrived_at"] and now < during.ends_at else Shown.SCHEDULED


def note_of(row: Mapping[str, Any], shown: Shown, marks: Iterable[Any] = ()) -> str:
    """What stands after the time, without what is owed; `marks` come from other rooms ("9 of 24")."""
    said = [str(mark) for mark in marks]
    if shown in _WORDS:
        said.append(_(_WORDS[shown]))
    elif row["title"] and shown == Shown.SCHEDULED:
        said.append(row["title"])
    if row["paid_at"]:
        said.append(_("paid"))
    return ", ".join(said)


def is_due(row: Mapping[str, Any], shown: Shown) -> bool:
    """Whether it has taken place, or was missed, has a price, and nobody has paid it."""
    return shown in {Shown.COMPLETED, Shown.NO_SHOW} and bool(row["price"]) and not row["paid_at"]
