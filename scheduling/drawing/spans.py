"""Spans of days as words: for a title, and for a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.dateformat import format as spell
from django.utils.html import format_html
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    import datetime as dt

    from django.utils.safestring import SafeString


def span(first: dt.date, last: dt.date) -> str:
    """ "26 October to 1 November"."""
    begin = "j" if first.month == last.month else "j E"
    return _("%(first)s to %(last)s") % {"first": spell(first, begin), "last": spell(last, "j E")}


def span_title(first: dt.date, last: dt.date) -> SafeString:
    """ "26 October – 1 November 2026": the month and the year once, unless they change."""
    begin = "j" if first.month == last.month else "j E" if first.year == last.year else "j E Y"
    return format_html("{}&nbsp;– {}", tied(spell(first, begin)), tied(spell(last, "j E Y")))


def tied(date: str) -> SafeString:
    """The number of a day is not parted from its month."""
    words = date.split(" ")
    at = next((index for index, word in enumerate(words) if word.isdecimal()), 0)
    before, day, after = " ".join(words[:at]), words[at], " ".join(words[at + 1 :])
    tied = format_html("{}&nbsp;{}", day, after) if after else format_html("{}", day)
    return format_html("{} {}", before, tied) if before else tied
