"""What `/_ui/` shows of the calendar and the reports: rows that nobody has, drawn by what draws the real ones."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from config.kernel import charts
from config.kernel.time import Interval
from scheduling.drawing import Sheet
from scheduling.models import Session
from scheduling.queries import layout
from scheduling.queries.acts import Acts, acts_of
from scheduling.queries.calendar.grid import Day, Grid
from scheduling.queries.calendar.month import Cell, Month
from scheduling.queries.cards import Shown
from scheduling.queries.entries import entry
from scheduling.states import SessionKind, SessionStatus

if TYPE_CHECKING:
    from scheduling.queries.layout import Entry

_DATE = dt.date(2026, 10, 29)
_NOTES = {
    Shown.LIVE: "now",
    Shown.WAITING: "has arrived",
    Shown.PROPOSED: "asked",
    Shown.NO_SHOW: "no-show",
    Shown.CANCELLED: "cancelled",
    Shown.LOCKED: "9 of 24",
}


def calendar() -> dict[str, Any]:
    """A day with everything that a calendar can hold, beside a closed one; and a week of a month."""
    now = _at(11, 45)
    day = _day(_DATE, layout.side_by_side(_lines(now)), is_today=True, is_asked=True, is_near=True)
    shut = [entry("block", Interval(_at(8, 0), _at(21, 0)), name="Ochi Day, public holiday")]
    closed = _day(_DATE - dt.timedelta(days=1), shut, is_off=True, is_past=True, reason="Ochi Day")
    grid = Grid(
        days=(closed, day),
        first_hour=8,
        last_hour=21,
        hours=tuple(hour for hour in range(8, 21) if hour != 12),
        now=now,
        open_minutes=600,
        booked_minutes=450,
        has_hours=True,
    )
    return {"sheet": Sheet(now=now, view="week"), "grid": grid, "month": _month(day)}


def acts() -> dict[str, Acts]:
    """The buttons of a session before it begins, while it runs, when it is over, and when it is paid."""
    now, where = _at(11, 45), timezone.get_current_timezone()
    stages = {
        "Before it begins": _session(15, SessionStatus.SCHEDULED),
        "While it runs": _session(11, SessionStatus.SCHEDULED, arrived_at=now),
        "Over, and not paid": _session(9, SessionStatus.COMPLETED),
        "Over, and paid": _session(9, SessionStatus.COMPLETED, paid_at=now),
    }
    return {words: acts_of(session, now=now, where=where) for words, session in stages.items()}


def drawings() -> dict[str, Any]:
    """A heat map in all its steps with a closed field, and columns with a whole, a mark and a pale one."""
    hours = {hour: f"{hour:02d}" for hour in range(9, 16)}
    shares = {(0, hour): step / 5 for step, hour in enumerate(range(9, 15))}
    amounts = [
        charts.Amount(part=22, whole=36, number="22", label="43"),
        charts.Amount(part=30, whole=36, number="30", label="44"),
        charts.Amount(part=4, number="4", label="45", is_pale=True),
    ]
    return {
        "load": charts.heat_map({0: "Mon"}, hours, shares),
        "columns": charts.columns(amounts, mark=(27, "dashed: 27 on average")),
        "strip": charts.strip([7, 2, 3], height=14),
    }


def _lines(now: dt.datetime) -> list[Entry]:
    hours = {
        Shown.COMPLETED: (9, 0),
        Shown.NO_SHOW: (10, 0),
        Shown.LIVE: (11, 0),
        Shown.WAITING: (12, 0),
        Shown.CANCELLED: (13, 0),
        Shown.SCHEDULED: (16, 0),
        Shown.LOCKED: (17, 0),
        Shown.PROPOSED: (18, 0),
    }
    cards = [
        entry("session", _hour(*at), pk=1, name="Maria Papadopoulou", shown=shown, note=_NOTES.get(shown, ""))
        for shown, at in hours.items()
    ]
    return [
        entry("open", Interval(_at(9, 0), _at(14, 0))),
        entry("open", Interval(_at(16, 0), _at(21, 0))),
        *cards,
        entry("wish", _hour(18, 0), pk=1, name="Yannis Dimitriou", shown=Shown.PENDING, note="waits"),
        entry("hold", _hour(19, 0), pk=1, name="Arben Hoxha", until=_at(18, 0)),
        entry("session", _hour(20, 0), name="Busy", shown=Shown.LOCKED),
        entry("free", _hour(8, 0)),
        entry("block", Interval(_at(14, 0), _at(15, 0)), name="Supervision"),
        entry("now", Interval.lasting(now, 5)),
    ]


def _month(day: Day) -> Month:
    lines = tuple(each for each in day.entries if each.kind in {"session", "hold", "wish"})
    cells = [
        Cell(
            date=_DATE + dt.timedelta(days=number - 3),
            lines=lines[number : number + 3],
            more=max(0, 3 - number),
            sessions=6 - number,
            reason="",
            is_off=number == 2,
            is_out=number == 6,
            is_today=number == 3,
        )
        for number in range(7)
    ]
    return Month(
        first=_DATE.replace(day=1), asked=_DATE, weeks=(tuple(cells),), open_minutes=0, booked_minutes=0, has_hours=True
    )


def _day(date: dt.date, lines: list[Entry], **more: Any) -> Day:
    said = {"is_off": False, "is_today": False, "is_past": False, "reason": "", **more}
    return Day(date=date, entries=tuple(lines), **said)


def _session(hour: int, status: SessionStatus, **more: Any) -> Session:
    during = _hour(hour, 0).as_range()
    return Session(pk=hour, kind=SessionKind.BOOKED, status=status, during=during, price=60, version=1, **more)


def _hour(hour: int, minute: int) -> Interval:
    return Interval.lasting(_at(hour, minute), 50)


def _at(hour: int, minute: int) -> dt.datetime:
    return dt.datetime.combine(_DATE, dt.time(hour, minute), tzinfo=timezone.get_current_timezone())
