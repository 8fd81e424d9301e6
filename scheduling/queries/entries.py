"""The rows behind a calendar, each kind in one query, as entries that can be placed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from clients.models import Care
from config.kernel import registry
from config.kernel.time import Interval
from scheduling import slots
from scheduling.models import ConflictCase, RescheduleProposal, Session, SlotOffer
from scheduling.queries import cards, layout
from scheduling.queries.cards import Shown
from scheduling.queries.layout import Entry
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from scheduling.models import Coach

_CARD = (
    *("pk", "status", "during", "title", "arrived_at", "price", "paid_at", "version"),
    *("client__full_name", "asked", "in_care"),
)
# What is asked of its client would be taken back by a move: for that one opens "Move…".
_DRAGGED = {Shown.SCHEDULED, Shown.WAITING}


def of_sessions(coach: Coach, span: Interval, *, now: dt.datetime) -> list[Entry]:
    """The coach's sessions in the span, cancelled ones too."""
    rows = list(rows_of_sessions(coach, span, now=now))
    marks = registry.marks_for(row["pk"] for row in rows)
    return [
        _card(row, marks.get(row["pk"], ()), now) if row["in_care"] else _busy(row)
        for row in rows
        if row["in_care"] or row["status"] != SessionStatus.CANCELLED
    ]


def of_holds(coach: Coach, span: Interval, *, now: dt.datetime) -> Iterator[Entry]:
    """Times that are kept for somebody until an answer comes."""
    offers = SlotOffer.objects.filter(
        held=True,
        during__overlap=span.as_range(),
        proposal__provider=coach.user_id,
        proposal__status=ProposalStatus.OPEN,
        proposal__expires_at__gte=now,
    )
    in_care = _is_in_care(coach, "proposal__recipient")
    rows = offers.annotate(in_care=in_care).values_list(
        "pk", "during", "proposal__recipient__full_name", "proposal__expires_at", "in_care"
    )
    for pk, during, name, until, may_see in rows:
        yield entry("hold", Interval.from_range(during), pk=pk, name=name if may_see else _("Busy"), until=until)


def of_wishes(coach: Coach, span: Interval, *, now: dt.datetime) -> Iterator[Entry]:
    """Who waits for an hour in the span, oldest first; with `until` when the hour is kept for them."""
    cases = ConflictCase.objects.filter(
        _is_in_care(coach, "client"),
        provider=coach.user_id,
        status=CaseStatus.PENDING_RESOLUTION,
        wanted__overlap=span.as_range(),
    )
    rows = cases.order_by("created_at", "pk").values_list("pk", "wanted", "client__full_name", "held_until")
    for pk, wanted, name, held_until in rows:
        until = held_until if held_until and held_until > now else None
        during = Interval.from_range(wanted)
        yield entry("wish", during, pk=pk, name=name, shown=Shown.PENDING, note=_("waits"), until=until)


def of_free_times(coach: Coach, span: Interval, *, now: dt.datetime, others: Iterable[Interval]) -> Iterator[Entry]:
    """Times that can be booked, as many as are pleasant; drawn no further than where one of `others` begins or ends."""
    step = dt.timedelta(minutes=coach.slot_step_minutes)
    free = layout.quiet(slots.free(coach, span, now=now), step)
    borders = {edge for each in others for edge in (each.starts_at, each.ends_at)}
    for during, drawn in zip(free, layout.filling(free, borders), strict=True):
        yield Entry(kind="free", during=during, drawn=drawn)


def entry(kind: layout.Kind, during: Interval, **more: Any) -> Entry:
    """An entry that is drawn as long as it is."""
    return Entry(kind=kind, during=during, drawn=during, **more)


def rows_of_sessions(coach: Coach, span: Interval, *, now: dt.datetime) -> QuerySet[Session, dict[str, Any]]:
    """What a card needs of each session in the span, by index however long the history."""
    asked = RescheduleProposal.objects.filter(session=OuterRef("pk"), status=ProposalStatus.OPEN, expires_at__gte=now)
    sessions = Session.objects.annotate(asked=Exists(asked), in_care=_is_in_care(coach, "client"))
    booked = sessions.overlapping(coach.user_id, span).holding()
    # The exclusion rule's index does not know the cancelled ones; they have one of their own.
    cancelled = sessions.filter(
        provider=coach.user_id,
        status=SessionStatus.CANCELLED,
        during__startswith__gte=span.starts_at,
        during__startswith__lt=span.ends_at,
    )
    rows: QuerySet[Session, dict[str, Any]] = booked.values(*_CARD).union(cancelled.values(*_CARD), all=True)
    return rows


def _is_in_care(coach: Coach, client: str) -> Exists:
    """Whether the coach cares for that client of the row now, and so may see the name."""
    return Exists(Care.objects.filter(client=OuterRef(client), provider=coach.user_id, ended_at__isnull=True))


def _busy(row: dict[str, Any]) -> Entry:
    """An hour that is kept for somebody who is in the care of others now: nothing but that it is taken."""
    return entry("session", Interval.from_range(row["during"]), name=_("Busy"), shown=Shown.LOCKED)


def _card(row: dict[str, Any], marks: Iterable[Any], now: dt.datetime) -> Entry:
    shown, during = cards.shown_as(row, now=now), Interval.from_range(row["during"])
    return entry(
        "session",
        during,
        pk=row["pk"],
        name=row["client__full_name"],
        shown=shown,
        note=cards.note_of(row, shown, marks),
        is_due=cards.is_due(row, shown),
        version=row["version"] if shown in _DRAGGED and during.starts_at > now else None,
    )
