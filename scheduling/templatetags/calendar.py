"""The parts of the calendar's pages; what there is a hundred of is drawn in `scheduling.drawing`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from babel.numbers import format_currency
from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from config.kernel import time
from scheduling.addresses import booking_at, calendar_at
from scheduling.drawing.places import place
from scheduling.drawing.spans import span_title
from scheduling.rules import remind_again

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from config.kernel.time import Interval
    from scheduling.drawing import Sheet
    from scheduling.models import Session
    from scheduling.queries.calendar.agenda import AgendaDay
    from scheduling.queries.calendar.grid import Day, Grid
    from scheduling.queries.calendar.month import Month
    from scheduling.queries.cards import Shown

register = template.Library()
register.simple_tag(calendar_at, name="calendar_url")
register.simple_tag(span_title)


@register.simple_tag
def day_columns(sheet: Sheet, grid: Grid) -> SafeString:
    """The days of a grid."""
    return sheet.days(grid)


@register.simple_tag
def day_strip(sheet: Sheet, days: Iterable[Day]) -> SafeString:
    """Links to the days of a week."""
    return sheet.strip(days)


@register.simple_tag
def status_legend(sheet: Sheet, statuses: Iterable[Shown]) -> SafeString:
    """Every status with its icon and its word."""
    return sheet.legend(statuses)


@register.simple_tag
def day_counts(sheet: Sheet, day: Day) -> SafeString:
    """How many come on that day, or why it is closed."""
    return sheet.counts(day)


@register.simple_tag
def listed(sheet: Sheet, day: AgendaDay) -> SafeString:
    """The lines of a day, one after the other."""
    return sheet.listed(day.date, day.entries)


@register.simple_tag
def month_table(sheet: Sheet, month: Month) -> SafeString:
    """The days of a month."""
    return sheet.month(month)


@register.simple_tag
def free_times(sheet: Sheet, day: AgendaDay) -> SafeString:
    """The free times of a day as links in a row."""
    return sheet.times(day.times, day.date)


@register.filter
def place_at(at: dt.datetime) -> str:
    """The classes for a moment: "h-11 m-45"."""
    return place(timezone.localtime(at))


@register.filter
def money(amount: Decimal) -> str:
    """ "€60.00", or "60,00 €" in Greek: the practice's currency, as the reader writes it."""
    return format_currency(amount, settings.PRACTICE_CURRENCY, locale=get_language() or settings.LANGUAGE_CODE)


@register.filter
def rests_until(reminded_at: dt.datetime | None) -> dt.datetime | None:
    """Until when somebody who was reminded then is left in peace; None when that is over."""
    return remind_again(reminded_at, now=time.now())


@register.filter
def book_url(during: Interval) -> str:
    """Where that time is booked."""
    return booking_at(during, timezone.get_current_timezone())


@register.filter
def rebook_url(session: Session) -> str:
    """The booking form, filled in with the client, the hour and the title of a session that is cancelled."""
    said = {
        "minutes": session.minutes,
        "client": session.client_id,
        **({"title": session.title} if session.title else {}),
    }
    return f"{book_url(session.interval)}&{urlencode(said)}"
