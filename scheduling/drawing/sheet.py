"""What stands around the lines: a day's column with its heading, a month's table, the strip of days, the legend."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.utils.dateformat import format as spell
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kernel import dates
from scheduling.addresses import calendar_at
from scheduling.drawing.pen import Pen

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from scheduling.queries.calendar.grid import Day, Grid
    from scheduling.queries.calendar.month import Cell, Month
    from scheduling.queries.cards import Shown

_STEP = ' hx-target="#calendar" hx-swap="outerHTML" hx-push-url="true"'


class Sheet(Pen):
    """One page of the calendar."""

    def __init__(self, *, now: dt.datetime, view: str) -> None:
        super().__init__(now=now)
        self._view = view
        self._today_word, self._none = escape(_("Today")), escape(_("No sessions"))
        self._off, self._booked_word = escape(_("off")), escape(_("booked"))
        self._weekdays = [escape(str(WEEKDAYS_ABBR[weekday])) for weekday in range(7)]
        self._weekday_names = [escape(str(WEEKDAYS[weekday])) for weekday in range(7)]
        self._addresses = {each: escape(calendar_at(view=each)) for each in {view, "day"}}

    def days(self, grid: Grid) -> SafeString:
        """The columns, each with its heading and its lines."""
        return SafeString("".join(self._day(day, grid) for day in grid.days))

    def strip(self, days: Iterable[Day]) -> SafeString:
        """A link to each day, with how many are booked on it."""
        return SafeString("".join(map(self._chip, days)))

    def legend(self, statuses: Iterable[Shown]) -> SafeString:
        """Every status with its icon and its word."""
        badges = [(str(each), self._icons[each], self._words[each]) for each in statuses]
        drawn = [
            f'<li><span class="badge" data-status="{status}">{icon}{word}</span></li>'
            for status, icon, word in [*badges, ("hold", self._hold, self._on_hold)]
        ]
        return SafeString("".join(drawn))

    def counts(self, day: Day) -> SafeString:
        """ "Today, 7 sessions, 1 held", or why it is closed."""
        today = f"{self._today_word}, " if day.is_today else ""
        if day.is_off:
            return SafeString(today + escape(day.holiday or day.reason or self._closed))
        words = [escape(day.holiday)] if day.holiday else []
        if day.sessions:
            text = ngettext("%(counter)s session", "%(counter)s sessions", day.sessions)
            words.append(escape(text % {"counter": day.sessions}))
        if day.held:
            words.append(escape(_("%(counter)s held") % {"counter": day.held}))
        return SafeString(today + (", ".join(words) or self._none))

    def month(self, month: Month) -> SafeString:
        """Six weeks as a table; on a phone, of each day its number and its count."""
        heads = "".join(
            f'<th scope="col"><span aria-hidden="true">{self._weekdays[day]}</span><span class="vh">{name}</span></th>'
            for day, name in enumerate(self._weekday_names)
        )
        rows = "".join(f"<tr>{''.join(map(self._cell, week))}</tr>" for week in month.weeks)
        return SafeString(
            '<table class="month" id="month" aria-labelledby="calendar-t" data-js-grid>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )

    def _cell(self, cell: Cell) -> str:
        said = {"is-out": cell.is_out, "is-shut": cell.is_off, "is-today": cell.is_today}
        classes = " ".join(name for name, holds in said.items() if holds)
        key, href = cell.date.isoformat(), self._at(cell.date, "day")
        current = ' aria-current="date"' if cell.is_today else ""
        weekday, month = self._weekday_names[cell.date.weekday()], escape(spell(cell.date, "E"))
        lines = self.short(cell.lines)
        if cell.more:
            more = escape(_("%(number)s more") % {"number": cell.more})
            day = f'<span class="vh">: {weekday} {cell.date.day} {month}</span>'
            lines += SafeString(f'<li><a class="more" id="more-{key}" href="{href}">{more}{day}</a></li>')
        return (
            f'<td class="{classes}"><a class="n" id="m-{key}" href="{href}"{current}>'
            f'<b><span class="vh">{weekday} </span>{cell.date.day}<span class="vh"> {month}</span></b> '
            f"<small>{self._cell_count(cell)}</small></a>{f'<ul>{lines}</ul>' if lines else ''}</td>"
        )

    def _cell_count(self, cell: Cell) -> str:
        if cell.is_off:
            # Where there is no room for the reason, it is only read aloud.
            why = escape(cell.holiday or cell.reason or self._closed)
            short = f'<span aria-hidden="true">{self._off}</span><span class="vh">{why}</span>'
            return f'<span class="desk">{why}</span><span class="phone">{short}</span>'
        # Where there is no room for the holiday, it is only read aloud.
        holiday = f'<span class="desk">{escape(cell.holiday)} </span>' if cell.holiday else ""
        if not cell.sessions:
            return f'{holiday}<span class="vh">{self._none}</span>'
        words = ngettext("%(counter)s<span> session</span>", "%(counter)s<span> sessions</span>", cell.sessions)
        return holiday + words % {"counter": cell.sessions}

    def _day(self, day: Day, grid: Grid) -> str:
        key = f"d-{day.date.isoformat()}"
        heading = escape(dates.day(day.date)) if self._view == "day" else self._heading(day, key)
        return (
            f'<section class="{self._classes(day, grid)}" id="{key}" aria-labelledby="{key}-h">'
            f'<div class="day-head"><h2 id="{key}-h">{heading}</h2><p>{self.counts(day)}</p></div>'
            f'<ol class="day-list">{self.column(day.date, day.entries, is_off=day.is_off)}</ol></section>'
        )

    def _heading(self, day: Day, key: str) -> str:
        current = ' aria-current="date"' if day.is_today else ""
        return (
            f'<a id="{key}-a" href="{self._at(day.date, "day")}"{current}>{self._weekday(day.date)} {day.date.day}</a>'
        )

    @staticmethod
    def _classes(day: Day, grid: Grid) -> str:
        said = {
            "is-today": day.is_today,
            "is-past": day.is_past,
            "is-folded": day.is_past and grid.is_present and not day.is_asked,
            "is-off": day.is_off and not grid.is_shut,
            "is-near": day.is_near,
        }
        return " ".join(["day", *(name for name, holds in said.items() if holds)])

    def _chip(self, day: Day) -> str:
        key, href = day.date.isoformat(), self._at(day.date, self._view)
        # Within a week, the page goes to the day; in a day, the next one takes its place.
        leads = f'href="{href}" hx-get="{href}"{_STEP}' if self._view == "day" else f'href="{href}#d-{key}"'
        current = f' aria-current="{"date" if day.is_today else "true"}"' if day.is_asked else ""
        count = self._off if day.is_off else f'{day.sessions}<span class="vh"> {self._booked_word}</span>'
        return (
            f'<a id="strip-{key}" {leads}{current}><span>{self._weekday(day.date)}</span>'
            f"<b>{day.date.day}</b><small>{count}</small></a>"
        )

    def _weekday(self, date: dt.date) -> str:
        return self._weekdays[date.weekday()]

    def _at(self, date: dt.date, view: str) -> str:
        return f"{self._addresses[view]}&amp;date={date.isoformat()}"
