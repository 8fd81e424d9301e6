"""The charts of a coach's calendar on the page of reports."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from config.kernel.registry import Panel
from scheduling.panels import charts
from scheduling.queries import reports

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.http import HttpRequest

    from scheduling.models import Coach
    from scheduling.queries.reports import Answers, Came, Loads, Owed, Period
    from scheduling.states import ProposalKind


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All that the charts of a calendar are made of, read once for the whole page."""

    now: dt.datetime
    period: Period
    loads: Loads
    came: Mapping[dt.date, Came]
    owed: list[Owed]
    answers: Mapping[ProposalKind | None, Answers]

    @property
    def all_came(self) -> Came:
        """Of all months together."""
        every = self.came.values()
        return reports.Came(sum(each.completed for each in every), sum(each.missed for each in every))

    @property
    def overdue(self) -> Owed:
        """What is unpaid for longer than the first age."""
        old = self.owed[1:]
        return reports.Owed(sum(each.count for each in old), sum((each.total for each in old), start=Decimal()))

    @property
    def all_answers(self) -> Answers:
        """Of both kinds of offers."""
        return self.answers[None]


def figures_of(coach: Coach, period: Period, *, now: dt.datetime) -> Figures:
    """Everything about those weeks.  Five queries, however long the history."""
    return Figures(
        now=now,
        period=period,
        loads=reports.loads(coach, period),
        came=reports.came(coach, period),
        owed=reports.unpaid(coach, now=now),
        answers=reports.answers(coach, period, now=now),
    )


def load(request: HttpRequest, *, figures: Figures, **about: Any) -> Panel:
    """How full the hours of the week are."""
    return _panel("load", charts.of_load(figures.loads), figures)


def hours(request: HttpRequest, *, figures: Figures, **about: Any) -> Panel:
    """How the open hours are used."""
    return _panel("columns", charts.of_hours(figures.loads), figures)


def missed(request: HttpRequest, *, figures: Figures, **about: Any) -> Panel:
    """How many sessions are missed."""
    return _panel("columns", charts.of_missed(figures.came), figures)


def unpaid(request: HttpRequest, *, figures: Figures, **about: Any) -> Panel:
    """What is owed, and for how long."""
    return _panel("unpaid", charts.of_unpaid(figures.owed, now=figures.now), figures)


def offers(request: HttpRequest, *, figures: Figures, **about: Any) -> Panel:
    """How offers are answered."""
    return _panel("offers", charts.of_answers(figures.answers), figures)


def _panel(template: str, chart: charts.Chart, figures: Figures) -> Panel:
    return Panel(f"scheduling/report/{template}.html", {"chart": chart, "period": figures.period})
