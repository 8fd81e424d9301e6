"""The sentence at the bell for each kind, in the language of who reads it, with the icon beside it.

Hours are told as on every page: by the coach's clock, and by the reader's where that shows another."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.mail import Said
from scheduling import letters
from scheduling.states import ProposalKind, ProposalStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_INSTANTS = ("at", "was", "until")
_THERE_IS_NO_SWAP = gettext_lazy("There will be no swap: %(at)s stays.")


def _sentence(icon: str, text: Any) -> Callable[[Mapping[str, Any], str], Said]:
    """What is said the same way whatever the facts are."""

    def said(facts: Mapping[str, Any], name: str) -> Said:
        return _said(icon, str(text), facts, name)

    return said


def _moved(facts: Mapping[str, Any], name: str) -> Said:
    if "was" in facts:
        return _said("move", _("Your session was moved from %(was)s to %(at)s."), facts, name)
    return _said("move", _("Your session was moved to %(at)s."), facts, name)


def _series(facts: Mapping[str, Any], name: str) -> Said:
    text = ngettext(
        "%(number)s session was booked for you with %(name)s: %(at)s.",
        "%(number)s sessions were booked for you with %(name)s, the first: %(at)s.",
        facts["number"],
    )
    return _said("repeat", text, facts, name)


def _withdrawn(facts: Mapping[str, Any], name: str) -> Said:
    texts = {
        ProposalKind.OFFER_TIMES: _("%(name)s took the offered times back."),
        ProposalKind.ASK_TO_MOVE: _("%(name)s took the question back: %(at)s stays."),
        ProposalKind.SWAP: str(_THERE_IS_NO_SWAP),
    }
    return _said("undo", texts[ProposalKind(facts["asks"])], facts, name)


def _answered(facts: Mapping[str, Any], name: str) -> Said:
    if facts["asks"] == ProposalKind.OFFER_TIMES:
        return _said("tick", _("%(name)s chose %(at)s."), facts, name)
    return _said("tick", _("%(name)s moves to %(at)s."), facts, name)


def _declined(facts: Mapping[str, Any], name: str) -> Said:
    if facts.get("times"):
        return _said("question", _("None of the times fits %(name)s, who suggests others."), facts, name)
    return _said("cross", _("None of the times fits %(name)s."), facts, name)


def _expired(facts: Mapping[str, Any], name: str) -> Said:
    if "coach" in facts:
        return _said("hourglass", str(_THERE_IS_NO_SWAP), facts, name)
    if facts["asks"] == ProposalKind.SWAP:
        text = _("No swap for %(name)s, %(at)s: the two did not both answer in time.")
        return _said("hourglass", text, facts, name)
    return _said("hourglass", _("%(name)s did not answer in time."), facts, name)


def _agreed(facts: Mapping[str, Any], name: str) -> Said:
    if facts["became"] == ProposalStatus.ANSWERED:
        return _said("move", _("The swap is made: %(name)s comes on %(at)s."), facts, name)
    return _said("tick", _("%(name)s would swap %(at)s."), facts, name)


def _said(icon: str, text: str, facts: Mapping[str, Any], name: str) -> Said:
    hours = {each: _hour(facts, each) for each in _INSTANTS if f"%({each})s" in text}
    return Said(words=text % {"name": name, "number": facts.get("number", 0), **hours}, icon=icon)


def _hour(facts: Mapping[str, Any], name: str) -> str:
    """An hour among the facts; a dash for what is not there."""
    return letters.when_in(dt.datetime.fromisoformat(facts[name]), facts["zone"]) if name in facts else "–"


WORDS: Mapping[str, Callable[[Mapping[str, Any], str], Said]] = {
    "session_booked": _sentence("calendar", gettext_lazy("A session was booked for you with %(name)s: %(at)s.")),
    "series_booked": _series,
    "session_moved": _moved,
    "session_cancelled": _sentence("cross", gettext_lazy("Your session is cancelled: %(at)s.")),
    "session_reminder": _sentence("clock", gettext_lazy("A reminder of your session with %(name)s: %(at)s.")),
    "times_offered": _sentence("send", gettext_lazy("%(name)s offers you times to choose from.")),
    "asked_to_move": _sentence("question", gettext_lazy("%(name)s asks: can your session of %(at)s be moved?")),
    "swap_proposed": _sentence("move", gettext_lazy("%(name)s asks: would you swap your session of %(at)s?")),
    "proposal_extended": _sentence(
        "hourglass", gettext_lazy("You have more time to answer %(name)s: until %(until)s.")
    ),
    "proposal_reminded": _sentence("bell", gettext_lazy("%(name)s waits for your answer: until %(until)s.")),
    "proposal_withdrawn": _withdrawn,
    "proposal_expired": _expired,
    "proposal_answered": _answered,
    "proposal_declined": _declined,
    "proposal_kept": _sentence("tick", gettext_lazy("%(name)s keeps %(at)s.")),
    "swap_agreed": _agreed,
    "hour_held": _sentence("hold", gettext_lazy("An hour for %(name)s is free: %(at)s. It is held until %(until)s.")),
    "case_booked": _sentence("calendar", gettext_lazy("An hour became free and is booked for %(name)s: %(at)s.")),
    "message_sent": _sentence("message", gettext_lazy("A new message from %(name)s.")),
}
