"""Error pages that stand when nothing else does: no database, no session, no context processor.

Read by the middleware before the rooms are furnished, so nothing of theirs is imported here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from config.kernel import htmx, request_id

if TYPE_CHECKING:
    from django.http import HttpRequest

    from config.kernel.errors import Refusal

THEME_COOKIE = "theme"
THEMES = ("system", "light", "dark")

# What a part of a page says when htmx gets this answer instead of its part.
WORDS = {
    400: _("We could not read that. Reload the page and try again."),
    403: _("You cannot do that here. Reload the page to see what you can do."),
    404: _("This is not here any more. Reload the page to see how things stand."),
    413: _("That is too long for us. Make it shorter and send it again."),
    429: _("That was too fast. Wait a minute and try again."),
    500: _("Something broke on our side. Nothing was lost; try again."),
    503: _("We cannot reach your calendar. Nothing was lost; try again in a minute."),
}


def page(request: HttpRequest, template: str, *, status: int, **more: Any) -> HttpResponse:
    """The error page, or for htmx one sentence that the open page shows; `more` is for the page alone.

    Two errors of a kind have the same body: a 404 does not tell unknown from forbidden."""
    language = getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    with translation.override(language):
        if request.headers.get("HX-Request") == "true":
            response = HttpResponse(status=status)
            response["HX-Trigger"] = json.dumps({htmx.TOAST: {"text": str(WORDS[status]), "bad": True}})
        else:
            shown = {**context(request), "request_id": request_id.current.get()[:8], **more}
            response = HttpResponse(render_to_string(template, shown), status=status)
    response["Content-Language"] = language
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal that no view has a place for: its words and the next step, with its own status."""
    if htmx.wants_part(request):
        response = HttpResponse(status=refusal.status)
        text = f"{refusal.words} {refusal.next_words}"
        response["HX-Trigger"] = json.dumps({htmx.TOAST: {"text": text, "bad": True}})
        return response
    shown = {**context(request), "refusal": refusal}
    return HttpResponse(render_to_string("refused.html", shown), status=refusal.status)


def context(request: HttpRequest, *, theme: str = "") -> dict[str, Any]:
    """What a page may show without asking the database; `theme` is the account's, else the device's counts."""
    wanted = theme or request.COOKIES.get(THEME_COOKIE, "")
    return {
        "practice_name": settings.PRACTICE_NAME,
        "practice_address": settings.PRACTICE_ADDRESS,
        "practice_phone": settings.PRACTICE_PHONE,
        "theme": wanted if wanted in THEMES else THEMES[0],
    }
