"""Days and hours in templates: the words of `config.kernel.dates`, with which no line breaks between a day and its month."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from django import template

from config.kernel import dates, time

if TYPE_CHECKING:
    from collections.abc import Callable

register = template.Library()

_NO_BREAK = "\N{NO-BREAK SPACE}"
# "1 December", and the short weekday before it: "Tue 1 Dec".  A long weekday may stand on the line before.
_DAY_AND_MONTH = re.compile(r"(?:(?<!\w)(\w{3}) )?(\d{1,2}) (?=[^\W\d])")


def unbroken(text: str) -> str:
    """The same words, in which a day stays with its month."""
    return _DAY_AND_MONTH.sub(lambda found: _NO_BREAK.join([*filter(None, found.groups()), ""]), text)


def _whole(spell: Callable[[Any], str]) -> Callable[[Any], str]:
    @functools.wraps(spell)
    def spelled(value: Any) -> str:
        return unbroken(spell(value))

    return spelled


for each in (
    dates.day,
    dates.day_time,
    dates.short_day,
    dates.short_day_time,
    dates.near,
    dates.near_day,
    dates.lately,
):
    register.filter(each.__name__, _whole(each))
register.filter("unbroken", unbroken)
register.filter("clock", dates.clock)
register.filter("days_away", dates.days_away)
register.simple_tag(dates.span, name="span")


@register.simple_tag
def present() -> str:
    """ "Thursday 29 October, 11:45": when the page was made."""
    return unbroken(dates.day_time(time.now()))
