"""What every page knows: the practice, the colours chosen, and where this person may go."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from config.pages import menu

if TYPE_CHECKING:
    from django.http import HttpRequest

THEME_COOKIE = "theme"
THEMES = ("system", "light", "dark")


def plain(request: HttpRequest) -> dict[str, Any]:
    """What a page may show without asking the database."""
    return {
        "practice_name": settings.PRACTICE_NAME,
        "practice_address": settings.PRACTICE_ADDRESS,
        "practice_phone": settings.PRACTICE_PHONE,
        "theme": _known(request.COOKIES.get(THEME_COOKIE, "")),
    }


def practice(request: HttpRequest) -> dict[str, Any]:
    """Context processor.  Whatever needs a query waits until a template asks for it."""
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", None) or request.COOKIES.get(THEME_COOKIE, "")
    mine = functools.cache(lambda: menu.of(request))
    return {
        **plain(request),
        "theme": _known(theme),
        "menu": mine,
        "frame": lambda: "base.html" if mine().has_shell else "solo.html",
        "languages": [translation.get_language_info(code) for code, _ in settings.LANGUAGES],
    }


def _known(theme: str) -> str:
    return theme if theme in THEMES else THEMES[0]
