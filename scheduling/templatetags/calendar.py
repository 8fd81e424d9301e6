"""The parts of the calendar's pages; what there is a hundred of is drawn in `scheduling.drawing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.numbers import format_currency
from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from scheduling import drawing
from scheduling.addresses import booking_at, calendar_at

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from config.kernel.time import Interval
    from scheduling.drawing import Pen
    from scheduling.queries.calendar.agenda import AgendaDay
    from scheduling.queries.calendar.grid import Day
    from scheduling.queries.calendar.month import Cell

register = template.Library()
register.simple_tag(calendar_at, name="calendar_url")


@register.simple_tag
def column(pen: Pen, day: Day) -> SafeString:
    """The lines of a day, each with its place on the clock."""
    return pen.column(day.date, day.entries, is_off=day.is_off)


@register.simple_tag
def listed(pen: Pen, day: AgendaDay) -> SafeString:
    """The lines of a day, one after the other."""
    return pen.listed(day.date, day.entries)


@register.simple_tag
def short_lines(pen: Pen, cell: Cell) -> SafeString:
    """The lines of a cell of the month."""
    return pen.short(cell.lines)


@register.simple_tag
def free_times(pen: Pen, day: AgendaDay) -> SafeString:
    """The free times of a day as links in a row."""
    return pen.times(day.times, day.date)


@register.filter
def place_at(at: dt.datetime) -> str:
    """The classes for a moment: "h-11 m-45"."""
    return drawing.place(timezone.localtime(at))


@register.filter
def money(amount: Decimal) -> str:
    """ "€60.00", or "60,00 €" in Greek: the practice's currency, as the reader writes it."""
    return format_currency(amount, settings.PRACTICE_CURRENCY, locale=get_language() or settings.LANGUAGE_CODE)


@register.filter
def book_url(during: Interval) -> str:
    """Where that time is booked."""
    return booking_at(during, timezone.get_current_timezone())
