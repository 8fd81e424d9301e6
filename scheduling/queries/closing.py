"""What a calendar breaks when it closes: sessions, times on offer and wishes that stand in the closed hours."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from clients.queries import client_in_care
from config.kernel.time import Interval
from scheduling import slots
from scheduling.hours import Booked, Loose
from scheduling.models import RescheduleProposal, Session
from scheduling.queries import entries
from scheduling.states import ProposalStatus, SessionStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scheduling.models import Coach

# Nothing is booked further ahead, not even by hand.
AHEAD = dt.timedelta(days=3 * 366)
# The engine is asked for a year at most; a session that begins on the last day of one must still end in it.
_PIECE, _MARGIN = dt.timedelta(days=360), dt.timedelta(days=2)


def booked_ahead(coach: Coach, *, now: dt.datetime) -> list[Booked]:
    """The coach's scheduled sessions that are not over, in order.  One query."""
    return booked_in(coach, Interval(now, now + AHEAD), now=now)


def booked_in(coach: Coach, span: Interval, *, now: dt.datetime) -> list[Booked]:
    """The coach's scheduled sessions in the span that are not over, in order.  One query."""
    asked = RescheduleProposal.objects.filter(session=OuterRef("pk"), status=ProposalStatus.OPEN, expires_at__gte=now)
    rows = Session.objects.annotate(asked=Exists(asked), in_care=client_in_care(coach.user_id)).overlapping(
        coach.user_id, span
    )
    rows = rows.filter(status=SessionStatus.SCHEDULED, during__endswith__gt=now).order_by("during", "pk")
    names = ("pk", "version", "client", "client__full_name", "during", "paid_at", "asked", "in_care")
    return [_booked(row, now) for row in rows.values(*names)]


def open_ahead(coach: Coach, *, now: dt.datetime, within: Interval | None = None) -> list[Interval]:
    """The coach's open hours that are still to come, as far as a calendar is asked; with `within`, only those in it."""
    first, last = now, now + _PIECE
    if within:
        first, last = max(first, within.starts_at), min(last, within.ends_at)
    return slots.opening(coach, Interval(first, last)) if first < last else []


def outside(coach: Coach, sessions: Sequence[Booked]) -> set[int]:
    """Those of these sessions that lie outside the coach's open hours, time off and all.

    One query for each year that they reach into."""
    found: set[int] = set()
    for span, some in _pieces(sessions):
        is_open = slots.opening(coach, span)
        found |= {each.id for each in some if not any(part.contains(each.during) for part in is_open)}
    return found


def loose_in(coach: Coach, span: Interval, *, now: dt.datetime) -> tuple[Loose, ...]:
    """Times on offer and open wishes in the span, in order.  Two queries."""
    ahead = Interval(max(span.starts_at, now), span.ends_at) if span.ends_at > now else span
    held = (Loose(kind="offer", name=each.name, during=each.during) for each in entries.of_holds(coach, ahead, now=now))
    waiting = (
        Loose(kind="wish", name=each.name, during=each.during) for each in entries.of_wishes(coach, ahead, now=now)
    )
    return tuple(sorted([*held, *waiting], key=lambda each: (each.during, each.kind)))


def _booked(row: dict[str, object], now: dt.datetime) -> Booked:
    during = Interval.from_range(row["during"])
    return Booked(
        id=row["pk"],  # type: ignore[arg-type]
        version=row["version"],  # type: ignore[arg-type]
        client=row["client"],  # type: ignore[arg-type]
        name=str(row["client__full_name"]) if row["in_care"] else _("Busy"),
        during=during,
        is_paid=row["paid_at"] is not None,
        is_asked=bool(row["asked"]),
        in_care=bool(row["in_care"]),
        has_begun=during.starts_at <= now,
    )


def _pieces(sessions: Sequence[Booked]) -> Iterator[tuple[Interval, Iterable[Booked]]]:
    if not sessions:
        return
    at, last = sessions[0].during.starts_at, sessions[-1].during.starts_at
    while at <= last:
        later = min(at + _PIECE, last + dt.timedelta(minutes=1))
        yield (
            Interval(at, later + _MARGIN),
            [each for each in sessions if at <= each.during.starts_at < later],
        )
        at = later
        if later > last:
            return
