"""What every page knows: the practice, the colours chosen, and where this person may go."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from config.pages import bell, menu, plain

if TYPE_CHECKING:
    from django.http import HttpRequest


def practice(request: HttpRequest) -> dict[str, Any]:
    """Context processor.  Whatever needs a query waits until a template asks for it."""
    mine = functools.cache(lambda: menu.of(request))
    chosen = getattr(getattr(request, "user", None), "theme", "")
    return {
        **plain.context(request, theme=chosen),
        "menu": mine,
        "bell": functools.cache(lambda: bell.of(request, mine().news)),
        "mailbox": reverse("mailbox_list") if settings.MAILBOX_DIR else "",
        "settings_tabs": lambda: menu.tabs_of(request),
        "frame": lambda: "base.html" if mine().has_shell else "solo.html",
        # In milliseconds: what changes later, the page hears of.
        "known_at": str(int(1000 * getattr(request, "begun_at", 0))),
        "languages": [translation.get_language_info(code) for code, _ in settings.LANGUAGES],
    }
