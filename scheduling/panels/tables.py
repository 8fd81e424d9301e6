"""The figures of the reports as tables: under each chart, and as files."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.dateformat import format as spell
from django.utils.translation import gettext as _

from config.kernel.sheets import Month, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scheduling.queries.left import Left
    from scheduling.queries.reports import Answers, Came, Loads, Owed
    from scheduling.states import ProposalKind

# Any Monday will do: only the names of its week are asked for.
_A_MONDAY = dt.date(2024, 1, 1)


def weekday(number: int, how: str = "l") -> str:
    """ "Monday" for 0; "Mon" with `how` "D"."""
    return spell(_A_MONDAY + dt.timedelta(days=number), how)


def ages() -> tuple[str, str, str]:
    """The words for how long something is unpaid."""
    return _("0–30 days"), _("31–60 days"), _("Over 60 days")


def of_load(loads: Loads) -> Table:
    """Booked share of open time in percent, a weekday a row, an hour a column."""
    hours = sorted({hour for (_weekday, hour), load in loads.hours.items() if load.open})
    days = sorted({day for (day, _hour), load in loads.hours.items() if load.open})
    return Table(
        head=(_("Day"), *(f"{hour:02}" for hour in hours)),
        rows=tuple((weekday(day), *(_share(loads, day, hour) for hour in hours)) for day in days),
    )


def of_hours(loads: Loads) -> Table:
    """Hours open and booked, a week a row."""
    head = (_("Week of"), _("Week"), _("Open, h"), _("Booked, h"), _("Booked, %"), _("Outside, h"))
    rows = (
        (
            monday,
            monday.isocalendar().week,
            load.open / 60,
            load.booked / 60,
            round(load.share * 100) if load.open else None,
            load.outside / 60,
        )
        for monday, load in loads.weeks.items()
    )
    return Table(head=head, rows=tuple(rows))


def of_missed(came: Mapping[dt.date, Came]) -> Table:
    """Completed and missed sessions, a month a row."""
    head = (_("Month"), _("Completed"), _("Missed"), _("Missed, %"))
    rows = (
        (Month.of(month), each.completed, each.missed, each.rate * 100 if each.count else None)
        for month, each in came.items()
    )
    return Table(head=head, rows=tuple(rows))


def of_unpaid(owed: Sequence[Owed]) -> Table:
    """What is owed, an age a row."""
    head = (_("Since the session"), _("Sessions"), _sum())
    return Table(head=head, rows=tuple((age, each.count, each.total) for age, each in zip(ages(), owed, strict=True)))


def of_answers(answers: Mapping[ProposalKind | None, Answers]) -> Table:
    """What became of offers, a kind a row."""
    head = (
        *(_("Offers"), _("Time chosen"), _("None fits"), _("No answer"), _("Not decided")),
        *(_("Answered, %"), _("Half answered within"), _("Nine in ten within")),
    )
    rows = (
        (
            *(str(kind.label) if kind else _("All"), each.answered, each.declined, each.expired, each.undecided),
            *(each.rate * 100 if each.decided else None, each.median, each.ninth),
        )
        for kind, each in answers.items()
    )
    return Table(head=head, rows=tuple(rows))


def of_owed(left: Left, where: dt.tzinfo) -> Table:
    """Every session that is owed."""
    head = (_("Date"), _("Time"), _("Client"), _("Status"), _sum())
    begun = [(row.starts_at.astimezone(where), row) for row in left.rows]
    rows = ((local.date(), f"{local:%H:%M}", row.name, row.word, row.price) for local, row in begun)
    return Table(head=head, rows=tuple(rows))


def _share(loads: Loads, day: int, hour: int) -> Any:
    load = loads.hours.get((day, hour))
    return round(load.share * 100) if load and load.open else _("closed")


def _sum() -> str:
    return _("Sum, %(currency)s") % {"currency": settings.PRACTICE_CURRENCY}
