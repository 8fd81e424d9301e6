"""The bell in the head of every page: how much is new, in a number and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.queries.notifications import MOST_COUNTED, unread_count
from config.pages import menu

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, kw_only=True)
class Bell:
    """How much is new; `is_here` on the page to which the bell leads."""

    number: int
    is_here: bool

    @property
    def shown(self) -> str:
        """The number as it stands on the bell; empty for nothing."""
        return f"{MOST_COUNTED}+" if self.number > MOST_COUNTED else str(self.number or "")

    @property
    def news(self) -> str:
        """The number in words: "4 new"."""
        if self.number > MOST_COUNTED:
            return _("more than %(number)s new") % {"number": MOST_COUNTED}
        if not self.number:
            return _("nothing new")
        return ngettext("%(number)s new", "%(number)s new", self.number) % {"number": self.number}


def of(request: HttpRequest, counted: int | None) -> Bell:
    """The bell of whoever is signed in, on the page that is looked at.  One query, unless the menu has `counted` it."""
    assert request.user.is_authenticated
    is_here = menu.page_shown(request) == reverse("clients:notification_list")
    return Bell(number=unread_count(request.user) if counted is None else counted, is_here=is_here)
