"""What stands in a span of a coach's time, as entries that can be placed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.kernel import registry
from config.kernel.time import Interval
from config.postgres import planned
from scheduling import slots
from scheduling.queries import cards, layout, statements
from scheduling.queries.cards import Shown
from scheduling.queries.layout import Entry
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scheduling.models import Coach

# What is asked of its client would be taken back by a move: for that one opens "Move…".
_DRAGGED = {Shown.SCHEDULED, Shown.WAITING}


def of(coach: Coach, span: Interval, *, now: dt.datetime) -> list[Entry]:
    """The coach's sessions in the span, cancelled ones too, the times kept for somebody, and who waits for an hour
    in it, oldest first.  One query, and one of each room that marks sessions."""
    rows = list(rows_of(coach, span, now=now))
    marks = registry.marks_for(row["id"] for row in rows if row["kind"] == "session" and row["in_care"])
    drawn = (_entry(row, marks, now) for row in rows)
    return [each for each in drawn if each]


def of_holds(coach: Coach, span: Interval, *, now: dt.datetime) -> list[Entry]:
    """Only the times that are kept for somebody until an answer comes."""
    return [_hold(row) for row in rows_of(coach, span, now=now) if row["kind"] == "hold"]


def of_wishes(coach: Coach, span: Interval, *, now: dt.datetime) -> list[Entry]:
    """Only who waits for an hour in the span, oldest first; with `until` when the hour is kept for them."""
    found = (_entry(row, {}, now) for row in rows_of(coach, span, now=now) if row["kind"] == "wish")
    return [each for each in found if each]


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


def rows_of(coach: Coach, span: Interval, *, now: dt.datetime) -> Iterator[dict[str, Any]]:
    """The rows behind the entries, by index however long the history."""
    with planned.cursor() as cursor:
        cursor.execute(statements.ENTRIES, {"provider": coach.user_id, "span": span.as_range(), "now": now})
        names = [column.name for column in cursor.description or ()]
        yield from (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def _entry(row: dict[str, Any], marks: dict[int, list[Any]], now: dt.datetime) -> Entry | None:
    if row["kind"] == "hold":
        return _hold(row)
    if row["kind"] == "wish":
        words = {"shown": Shown.PENDING, "note": _("waits"), "until": row["until"]}
        return entry("wish", _during(row), pk=row["id"], name=row["name"], **words)
    if row["in_care"]:
        return _card(row, marks.get(row["id"], ()), now)
    return None if row["status"] == SessionStatus.CANCELLED else _busy(row)


def _during(row: dict[str, Any]) -> Interval:
    return Interval(row["starts_at"], row["ends_at"])


def _hold(row: dict[str, Any]) -> Entry:
    name = row["name"] if row["in_care"] else _("Busy")
    return entry("hold", _during(row), pk=row["id"], name=name, until=row["until"])


def _busy(row: dict[str, Any]) -> Entry:
    """An hour that is kept for somebody who is in the care of others now: nothing but that it is taken."""
    return entry("session", _during(row), name=_("Busy"), shown=Shown.LOCKED)


def _card(row: dict[str, Any], marks: Iterable[Any], now: dt.datetime) -> Entry:
    during = _during(row)
    row["during"] = during
    shown = cards.shown_as(row, now=now)
    return entry(
        "session",
        during,
        pk=row["id"],
        name=row["name"],
        shown=shown,
        note=cards.note_of(row, shown, marks),
        owed=row["price"] if cards.is_due(row, shown) else None,
        version=row["version"] if shown in _DRAGGED and during.starts_at > now else None,
        row=row,
    )
