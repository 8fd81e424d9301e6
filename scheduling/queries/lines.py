"""The house's own lines of a thread in words: in the reader's language, by the coach's clock and the reader's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy, ngettext

from scheduling import letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clients.models import User
    from scheduling.models import Message

BOOKED, SERIES, MOVED, CANCELLED = "session_booked", "series_booked", "session_moved", "session_cancelled"
REMINDER, REMINDED, EXTENDED = "session_reminder", "proposal_reminded", "proposal_extended"

# By code: the icon, and words with places for `when` (the hour it is about), `left` (the one it was before) and `until`.
_WORDS: Mapping[str, tuple[str, Any]] = {
    BOOKED: ("calendar", gettext_lazy("Booked: %(when)s")),
    MOVED: ("move", gettext_lazy("Moved from %(left)s to %(when)s")),
    CANCELLED: ("cross", gettext_lazy("Cancelled: %(when)s")),
    REMINDER: ("bell", gettext_lazy("A reminder of %(when)s")),
    REMINDED: ("bell", gettext_lazy("A reminder of the question")),
    EXTENDED: ("hourglass", gettext_lazy("More time for the answer, until %(until)s")),
}
_OTHERWISE = ("info", gettext_lazy("There was news"))


@dataclass(frozen=True)
class Words:
    """A line of the house as it is read: a sentence, and the icon before it."""

    text: str
    icon: str


def words_of(message: Message) -> Words:
    """The sentence of a line; of a kind that nobody knows any more, that there was something."""
    facts: Mapping[str, Any] = message.facts
    if message.body == SERIES:
        number = int(facts.get("number", 0))
        several = ngettext("%(number)s session booked: %(when)s", "%(number)s sessions booked, from %(when)s", number)
        return Words(several % {"number": number, "when": _hour(facts, "during", message.provider)}, "repeat")
    icon, words = _WORDS.get(message.body, _OTHERWISE)
    places = {
        "when": _hour(facts, "to" if message.body == MOVED else "during", message.provider),
        "left": _hour(facts, "from", message.provider),
        "until": _instant(facts.get("until"), message.provider),
    }
    return Words(str(words) % places, icon)


def _hour(facts: Mapping[str, Any], name: str, coach: User) -> str:
    return _instant(next(iter(facts.get(name) or ()), None), coach)


def _instant(fact: Any, coach: User) -> str:
    try:
        return letters.when(dt.datetime.fromisoformat(fact), coach)
    except (TypeError, ValueError):
        return "–"
