"""Before hours close over sessions: the list of what they break, and what shall become of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kernel import htmx
from scheduling.hours import Fate, token_of_loose
from scheduling.hours_forms import decisions_in

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from clients.access import PersonRequest
    from scheduling.errors import BreaksSessions
    from scheduling.hours import Booked, Decisions

HOME = "scheduling:settings_hours"
PAGE, PART = "scheduling/settings_breaks.html", "scheduling/_settings_breaks.html"
_DECIDING = re.compile(r"csrfmiddlewaretoken|all|cancel_reason|listed|(fate|seen)-[0-9]+")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One session of the list, with what is chosen for it."""

    session: Booked
    fate: Fate
    is_fresh: bool


def ask(
    request: PersonRequest,
    refusal: BreaksSessions,
    *,
    save: str,
    title: str = "",
    back: str = HOME,
) -> HttpResponse:
    """409: the dialog, or the page, that lists what would break; nothing is written.

    It sends the same form again, to the same address, with the decisions.  `save` is the word on its button."""
    decisions = decisions_in(request.POST)
    number = len(refusal.sessions)
    words = ngettext(
        "%(number)s session lies outside the new hours", "%(number)s sessions lie outside the new hours", number
    )
    context = {
        "title": title or words % {"number": number},
        "asked": [
            Asked(session=each, fate=_fate(each, request.POST, decisions), is_fresh=each.id in refusal.fresh)
            for each in refusal.sessions
        ],
        "has_fresh": bool(refusal.fresh),
        "loose": refusal.loose,
        "listed": token_of_loose(refusal.loose),
        "carried": _carried(request.POST),
        "reason": decisions.reason,
        "can_decide": any(each.in_care for each in refusal.sessions),
        "fates": [(Fate.KEEP, _("Keep")), (Fate.ASK, _("Ask to move")), (Fate.CANCEL, _("Cancel"))],
        "pressed": request.POST.get("all", ""),
        "save": save,
        "here": request.path,
        "back": reverse(back),
    }
    return htmx.page_or_part(request, PAGE, PART, context, status=refusal.status, dialog=True)


def is_choosing(data: QueryDict) -> bool:
    """Whether the press only chose the same for all, and nothing is to be saved yet."""
    return data.get("all") in set(Fate)


def _carried(data: QueryDict) -> list[tuple[str, str]]:
    """What was sent, to be sent again, without what was decided."""
    return [(name, value) for name, values in data.lists() if not _DECIDING.fullmatch(name) for value in values]


def _fate(session: Booked, data: QueryDict, decisions: Decisions) -> Fate:
    """What is chosen for it so far; who is here already cannot be asked to come at another time."""
    chosen = Fate(data.get("all", "")) if is_choosing(data) else decisions.fates.get(session.id, Fate.KEEP)
    return Fate.KEEP if session.has_begun and chosen == Fate.ASK else chosen
