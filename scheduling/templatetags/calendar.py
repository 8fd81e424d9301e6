"""Where an entry stands on the clock, and the words of a calendar's dates."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from babel.numbers import format_currency
from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as spell
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from config.kernel import dates
from config.kernel.time import now
from scheduling.queries.cards import Shown

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from config.kernel.time import Interval
    from scheduling.models import Session
    from scheduling.queries.layout import Entry

register = template.Library()

# What the stylesheet knows: starts and lengths of whole five minutes.
_GRAIN = 5
_USUAL_LANES, _MOST_LANES = 2, 4
_A_WEEK = 7


@register.filter
def place(drawn: Interval) -> str:
    """The classes that put it on the clock: "h-13 m-30 d-50" is from 13:30, fifty minutes."""
    start = timezone.localtime(drawn.starts_at)
    minute = start.minute - start.minute % _GRAIN
    length = max(_GRAIN, round(drawn.minutes / _GRAIN) * _GRAIN)
    return f"h-{start.hour} m-{minute} d-{length}" if minute else f"h-{start.hour} d-{length}"


@register.filter
def place_at(at: dt.datetime) -> str:
    """The classes for a moment: "h-11 m-45"."""
    start = timezone.localtime(at)
    return f"h-{start.hour} m-{start.minute - start.minute % _GRAIN}"


@register.filter
def lane(entry: Entry) -> str:
    """The class of its lane, with a space before; nothing for what has the whole width."""
    if not entry.lane:
        return ""
    lanes = min(entry.lanes, _MOST_LANES)
    return f" lane-{min(entry.lane, lanes)}" + (f" of-{lanes}" if lanes > _USUAL_LANES else "")


@register.filter
def lane_word(entry: Entry) -> str:
    """The one word that fits a lane: "booked", "held", "asked", "waits"; else what the card says anyway."""
    words = {
        Shown.SCHEDULED: pgettext("narrow card", "booked"),
        Shown.PROPOSED: pgettext("narrow card", "asked"),
        Shown.PENDING: pgettext("narrow card", "waits"),
    }
    if entry.until:
        return pgettext("narrow card", "held")
    return words.get(entry.shown, entry.note) if entry.shown else entry.note


@register.filter
def until_word(at: dt.datetime) -> str:
    """ "18:00" today, "Tue" within a week, else "Sat 31 Oct": what fits a card."""
    away = (timezone.localtime(at).date() - timezone.localtime(now()).date()).days
    if not away:
        return dates.clock(at)
    return spell(timezone.localtime(at), "D") if 0 < away < _A_WEEK else dates.short_day(at)


@register.filter
def money(amount: Decimal) -> str:
    """ "€60.00", or "60,00 €" in Greek: the practice's currency, as the reader writes it."""
    return format_currency(amount, settings.PRACTICE_CURRENCY, locale=get_language() or settings.LANGUAGE_CODE)


@register.filter
def at_id(during: Interval) -> str:
    """The id of what begins then, "at-2026-11-23-1300": the focus finds the session where the free time was."""
    return f"at-{timezone.localtime(during.starts_at):%Y-%m-%d-%H%M}"


@register.filter
def book_url(during: Interval) -> str:
    """Where that time is booked."""
    start = timezone.localtime(during.starts_at)
    fold = {"fold": "1"} if start.fold else {}
    when = urlencode({"day": f"{start:%Y-%m-%d}", "at": f"{start:%H:%M}", **fold}, safe=":")
    return f"{reverse('scheduling:session_book')}?{when}"


@register.filter
def rebook_url(session: Session) -> str:
    """The booking form, filled in with the client, the hour and the title of a session that is cancelled."""
    said = {
        "minutes": session.minutes,
        "client": session.client_id,
        **({"title": session.title} if session.title else {}),
    }
    return f"{book_url(session.interval)}&{urlencode(said)}"


@register.simple_tag
def week_url(day: dt.date) -> str:
    """The address of the week with that day."""
    return f"{reverse('scheduling:calendar')}?view=week&date={day:%Y-%m-%d}"


@register.simple_tag
def week_title(first: dt.date, last: dt.date) -> SafeString:
    """ "26 October – 1 November 2026": the month and the year once, unless they change."""
    begin = "j" if first.month == last.month else "j E" if first.year == last.year else "j E Y"
    days = (spell(first, begin), spell(last, "j E Y"))
    return format_html("{}&nbsp;– {}", *(_tied(each) for each in days))


@register.simple_tag
def week_span(first: dt.date, last: dt.date) -> str:
    """ "26 October to 1 November"."""
    begin = "j" if first.month == last.month else "j E"
    return _("%(first)s to %(last)s") % {"first": spell(first, begin), "last": spell(last, "j E")}


def _tied(date: str) -> SafeString:
    day, _space, rest = date.partition(" ")
    return format_html("{}&nbsp;{}", day, rest) if rest else format_html("{}", day)
