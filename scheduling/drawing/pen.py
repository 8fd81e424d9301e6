"""The lines of a day: a session, a wish, a hold, a free time, what is closed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.kernel import dates
from scheduling.addresses import booking_query
from scheduling.drawing.places import at_id, lane, place, until_word
from scheduling.queries.cards import ICONS, Shown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from config.kernel.time import Interval
    from scheduling.queries.layout import Entry


class Pen:
    """Draws entries for one page.  What all of its lines share, words and addresses, is made once."""

    def __init__(self, *, now: dt.datetime) -> None:
        self._now = now
        self._zone = timezone.get_current_timezone()
        self._sprite = escape(static("img/icons.svg"))
        self._book = escape(reverse("scheduling:session_book"))
        self._session = reverse("scheduling:session_detail", args=[0]).removesuffix("0/")
        self._moves = reverse("scheduling:session_move", args=[0]).partition("/0/")[2]
        self._pending = reverse("scheduling:conflict_list")
        self._plus = self._icon("plus")
        self._icons = {shown: self._icon(icon) for shown, icon in ICONS.items()}
        self._words = {shown: escape(str(shown.label)) for shown in Shown}
        self._hold, self._on_hold = self._icon("hold"), escape(_("On hold"))
        self._closed, self._time_off = _("Closed"), _("Time off")
        self._book_word, self._now_word = escape(_("Book")), escape(_("Now"))
        self._held_for, self._until = escape(_("Held for")), escape(_("until"))
        unpaid = escape(_("unpaid"))
        self._unpaid = f"<strong>{unpaid}</strong>"
        self._held = pgettext("narrow card", "held")
        self._narrow = {
            Shown.SCHEDULED: pgettext("narrow card", "booked"),
            Shown.PROPOSED: pgettext("narrow card", "asked"),
            Shown.PENDING: pgettext("narrow card", "waits"),
        }

    def column(self, date: dt.date, entries: Iterable[Entry], *, is_off: bool) -> SafeString:
        """The lines of a day, each with its place on the clock."""
        day = escape(dates.short_day(date))
        closed = self._closed if is_off else self._time_off
        return SafeString("".join(self._line(entry, day, closed, self._place(entry)) for entry in entries))

    def listed(self, date: dt.date, entries: Iterable[Entry]) -> SafeString:
        """The lines of a day, one after the other."""
        day = escape(dates.short_day(date))
        return SafeString("".join(self._line(entry, day, "", "") for entry in entries))

    def short(self, entries: Iterable[Entry]) -> SafeString:
        """The lines of a cell of the month: an icon, a time, and as much of a name as has room."""
        return SafeString("".join(map(self._short, entries)))

    def times(self, free: Iterable[Interval], date: dt.date) -> SafeString:
        """Free times as links in a row."""
        before = f'<span class="vh">{self._book_word} {escape(dates.short_day(date))} </span>'
        return SafeString(" ".join(self._booking(self._local(each.starts_at), before) for each in free))

    def _line(self, entry: Entry, day: str, closed: str, place: str) -> str:
        kind = entry.kind
        if kind == "open":
            return f'<li class="open{place}" aria-hidden="true"></li>'
        if kind == "free":
            before = f'<span class="vh">{self._book_word} {day} </span>{self._plus}'
            return f'<li class="free{place}">{self._booking(self._local(entry.during.starts_at), before)}</li>'
        if kind == "block":
            return f'<li class="block{place}"><span>{escape(entry.name or closed)}</span></li>'
        if kind == "now":
            clock = f"<time>{self._clock(self._now)}</time>"
            return f'<li class="now{place}"><span><span class="vh">{self._now_word} </span>{clock}</span></li>'
        if kind == "session" and not entry.pk:
            span = f'<span class="vh">{self._span(entry)} </span>'
            return f'<li class="block{place}"><span>{span}{escape(entry.name)}</span></li>'
        return self._card(entry, day, place)

    def _card(self, entry: Entry, day: str, place: str) -> str:
        """A session, a wish or a hold, as a link to where it is decided."""
        href, anchor, icon, word = self._leads(entry)
        row = f' id="session-{entry.pk}"' if entry.kind == "session" else ""
        status = "" if entry.until else f' data-status="{entry.shown}"'
        return (
            f'<li class="ev{" hold" if entry.until else ""}{place}"{row}{status}>'
            f'<a id="{anchor}" href="{href}"{self._move(entry) if place else ""}><span class="vh">{day} </span><b>{self._name(entry)}</b>'
            f'<span class="ev-meta">{icon}<span>{self._meta(entry)}</span></span>'
            f'<span class="ev-word small">{word}</span><span class="vh desk">, {word}</span></a></li>'
        )

    def _move(self, entry: Entry) -> str:
        """For who drags it: where the move is asked for, from which version, and when it is now."""
        if entry.version is None:
            return ""
        return (
            f' data-js-move="{self._session}{entry.pk}/{self._moves}" data-version="{entry.version}"'
            f' data-at="{self._clock(entry.during.starts_at)}" data-minutes="{entry.during.minutes}"'
        )

    def _short(self, entry: Entry) -> str:
        clock = self._clock(entry.during.starts_at)
        if entry.kind == "session" and not entry.pk:
            return f"<li><span>{clock} {escape(entry.name)}</span></li>"
        href, _anchor, icon, word = self._leads(entry)
        # What is plainly booked needs no picture: the others stand out the better.
        picture = "" if entry.shown == Shown.SCHEDULED and not entry.until else icon
        given, _space, family = entry.name.rpartition(" ")
        name = escape(f"{given} {family[0]}." if given else family)
        status = "" if entry.until else f' data-status="{entry.shown}"'
        held = ' class="hold"' if entry.until else ""
        return (
            f"<li{held}>"
            f'<a id="{entry.kind}-{entry.pk}" href="{href}"{status}>{picture}{clock} {name}'
            f'<span class="vh">, {word}</span></a></li>'
        )

    def _leads(self, entry: Entry) -> tuple[str, str, str, str]:
        """Where the entry leads, by which id the focus finds it, its icon and its word."""
        if entry.kind == "session":
            # Where a time was free, the focus finds what was booked there.
            anchor = f"cancelled-{entry.pk}" if entry.shown == Shown.CANCELLED else self._anchor(entry)
            href = f"{self._session}{entry.pk}/"
        else:
            anchor = f"{entry.kind}-{entry.pk}"
            href = self._pending + (f"#case-{entry.pk}" if entry.kind == "wish" else "")
        if entry.until:
            return href, anchor, self._hold, self._on_hold
        shown = entry.shown or Shown.SCHEDULED
        return href, anchor, self._icons[shown], self._words[shown]

    def _name(self, entry: Entry) -> str:
        """The name; in a lane only its first word is seen."""
        held = f"{self._held_for} " if entry.until else ""
        if not entry.lane:
            return held + escape(entry.name)
        given, space, others = entry.name.partition(" ")
        held = f'<span class="lane-off">{held}</span>' if held else ""
        return f'{held}{escape(given)}<span class="lane-off">{space}{escape(others)}</span>'

    def _meta(self, entry: Entry) -> str:
        """When it is, and what else is worth a glance."""
        said = escape(entry.note)
        if entry.until:
            on = self._local(entry.during.starts_at).date()
            said = f"{self._until} {escape(until_word(entry.until, on=on))}"
        starts, ends = self._clock(entry.during.starts_at), self._clock(entry.during.ends_at)
        if entry.lane:
            word = escape(self._lane_word(entry))
            when = f'<span class="desk" aria-hidden="true">{word}</span><time class="lane-off">{starts}–{ends} </time>'
            said = f'<span class="lane-off">{said}</span>'
        else:
            when = f'<time>{starts}<span class="phone">–{ends}</span></time>'
            when += " · " if said or entry.is_due else ""
        if entry.is_due:
            said += f", {self._unpaid}" if entry.note else self._unpaid
        return when + said

    def _lane_word(self, entry: Entry) -> str:
        """The one word that fits a lane: "booked", "held", "asked", "waits"; else what the card says anyway."""
        if entry.until:
            return self._held
        return self._narrow.get(entry.shown, entry.note) if entry.shown else entry.note

    def _booking(self, local: dt.datetime, before: str) -> str:
        href = self._book + escape(booking_query(local))
        return (
            f'<a id="{at_id(local)}" href="{href}" hx-get="{href}" hx-target="#dlg-body" hx-swap="innerHTML">'
            f"{before}{local:%H:%M}</a>"
        )

    def _place(self, entry: Entry) -> str:
        return f" {place(self._local(entry.drawn.starts_at), entry.drawn.minutes)}{lane(entry)}"

    def _anchor(self, entry: Entry) -> str:
        return at_id(self._local(entry.during.starts_at))

    def _span(self, entry: Entry) -> str:
        return f"{self._clock(entry.during.starts_at)}–{self._clock(entry.during.ends_at)}"

    def _clock(self, at: dt.datetime) -> str:
        return f"{self._local(at):%H:%M}"

    def _local(self, at: dt.datetime) -> dt.datetime:
        return at.astimezone(self._zone)

    def _icon(self, name: str) -> str:
        return f'<svg class="icon" aria-hidden="true"><use href="{self._sprite}#{name}"/></svg>'
