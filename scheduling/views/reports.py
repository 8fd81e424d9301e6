"""The coach's reports: charts over some weeks, their tables as files, and the lists of what is left to settle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from config.kernel import htmx, registry, sheets, time
from config.kernel.numbers import whole_number
from scheduling.access import coach_only
from scheduling.panels import tables
from scheduling.panels.reports import figures_of
from scheduling.queries import left, reports
from scheduling.queries.left import Matter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from clients.access import PersonRequest
    from config.kernel.sheets import Table
    from scheduling.models import Coach
    from scheduling.panels.reports import Figures
    from scheduling.queries.reports import Period

    Counted = Callable[[Figures], Table]

RANGE = "8w"
RANGE_WORDS = {"8w": _("8 weeks"), "quarter": _("Quarter"), "year": _("Year")}
# The files, by the key of their chart.
FILES: dict[str, Counted] = {
    "load": lambda figures: tables.of_load(figures.loads),
    "hours": lambda figures: tables.of_hours(figures.loads),
    "missed": lambda figures: tables.of_missed(figures.came),
    "unpaid": lambda figures: tables.of_unpaid(figures.owed),
    "offers": lambda figures: tables.of_answers(figures.answers),
}


@coach_only
@require_safe
def report_show(request: PersonRequest) -> HttpResponse:
    """The charts of `range`: the last 8 weeks, 13 of them (quarter), or 52 (year)."""
    coach, now = request.user.coach, time.now()
    period = _period(request, coach, now)
    figures = figures_of(coach, period, now=now) if period else None
    shown = {
        "period": period,
        "figures": figures,
        "panels": registry.panels("reports", request, period=period, figures=figures) if figures else [],
        "range": _range(request),
        "ranges": RANGE_WORDS,
    }
    return htmx.page_or_part(request, "scheduling/report_show.html", "scheduling/_report.html", shown)


@coach_only
@require_safe
def report_file(request: PersonRequest, name: str) -> HttpResponse:
    """The table of one chart, of the same range, for a spreadsheet."""
    coach, now = request.user.coach, time.now()
    if name not in FILES:
        raise Http404
    period = _period(request, coach, now)
    if period is None:
        raise Http404
    table = FILES[name](figures_of(coach, period, now=now))
    return sheets.as_file(table, f"praxis-{name}-{period.first}-{period.last}")


@coach_only
@require_safe
def report_unpaid(request: PersonRequest) -> HttpResponse:
    """Every session that took place or was missed and is not paid, the oldest first."""
    return _list(request, Matter.OWED)


@coach_only
@require_safe
def report_unsaid(request: PersonRequest) -> HttpResponse:
    """Every session that is over and of which nobody said how it went, the oldest first."""
    return _list(request, Matter.UNSAID)


@coach_only
@require_safe
def report_unpaid_file(request: PersonRequest) -> HttpResponse:
    """The whole list of what is not paid, for a spreadsheet."""
    coach, now = request.user.coach, time.now()
    where = time.zone(coach.time_zone)
    owed = left.left_all(coach, Matter.OWED, now=now)
    return sheets.as_file(tables.of_owed(owed, where), f"praxis-unpaid-{now.astimezone(where):%Y-%m-%d}")


def _list(request: PersonRequest, matter: Matter) -> HttpResponse:
    number = _page_number(request)
    coach, now = request.user.coach, time.now()
    found = left.left_page(coach, matter, now=now, number=number)
    if number > 1 and not found.rows:
        # The last of that page was settled just now.
        number, found = 1, left.left_page(coach, matter, now=now)
    shown: dict[str, Any] = {
        "left": found,
        "number": number,
        "has_next": number * left.A_PAGE < found.count,
        "here": request.path,
    }
    name = "unpaid" if matter == Matter.OWED else "unsaid"
    return htmx.page_or_part(request, f"scheduling/report_{name}.html", f"scheduling/_report_{name}.html", shown)


def _range(request: HttpRequest) -> str:
    return request.GET.get("range", RANGE)


def _period(request: HttpRequest, coach: Coach, now: dt.datetime) -> Period | None:
    if _range(request) not in reports.RANGES:
        raise Http404
    return reports.period_of(coach, _range(request), now=now)


def _page_number(request: HttpRequest) -> int:
    number = whole_number(request.GET.get("page", "1"), digits=5)
    if not number:
        raise Http404
    return number
