"""The figures of a table as people read them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template

from config.kernel import dates, numbers
from config.kernel.numbers import number
from config.kernel.sheets import Month
from scheduling.templatetags.calendar import money

if TYPE_CHECKING:
    from collections.abc import Callable

register = template.Library()

register.filter("percent", numbers.percent)
register.filter("length_of", dates.length)


@register.filter
def hours(minutes: float) -> str:
    """So many whole hours."""
    return number(minutes / 60)


_WORDS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (Month, dates.month),
    (dt.date, dates.short_day),
    (dt.timedelta, dates.length),
    (Decimal, money),
    (float, lambda value: number(round(value, 1), 1)),
    (int, number),
)


@register.filter
def figure(value: Any) -> str:
    """A value of a table: "Mon 23 Nov", "1,234.5", "€60.00", "2 h 10 min"; a dash for none."""
    if value is None:
        return "–"
    return next((words(value) for kind, words in _WORDS if isinstance(value, kind)), str(value))
