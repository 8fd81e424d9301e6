"""Days and hours in templates: the words of `config.kernel.dates`."""

from __future__ import annotations

from django import template

from config.kernel import dates, time

register = template.Library()

register.filter("day", dates.day)
register.filter("day_time", dates.day_time)
register.filter("short_day", dates.short_day)
register.filter("short_day_time", dates.short_day_time)
register.filter("clock", dates.clock)
register.filter("near", dates.near)
register.filter("lately", dates.lately)
register.filter("days_away", dates.days_away)
register.simple_tag(dates.span, name="span")


@register.simple_tag
def present() -> str:
    """ "Thursday 29 October, 11:45": when the page was made."""
    return dates.day_time(time.now())
