"""The front door, the two choices everybody has (language, colours), and the error answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clients.access import open_to_all, signed_in
from clients.actions import choices
from config.kernel import dates, device, htmx, registry, time
from config.pages import menu, plain
from scheduling.access import coach_only

if TYPE_CHECKING:
    from django.http import HttpRequest

    from clients.access import PersonRequest


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A coach's home, which is this page; others are led to theirs; who has no role here yet is told whom to ask."""
    own = menu.home_of(request)
    if own == request.path:
        return _desk(request)
    return redirect(own) if own else render(request, "home.html")


@signed_in
@require_safe
def menu_lines(request: HttpRequest) -> HttpResponse:
    """The lines of the menu, read anew when a count has changed."""
    return render(request, "_nav_lines.html")


@signed_in
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell, read anew when there is news, or when some of it was read."""
    return render(request, "_bell.html")


@coach_only
@require_safe
def keys_help(request: PersonRequest) -> HttpResponse:
    """What each key does, and how to turn them off."""
    return htmx.page_or_part(request, "keys_help.html", "_keys_help.html", {}, dialog=True)


@signed_in
@require_safe
def settings_home(request: HttpRequest) -> HttpResponse:
    """Lead to the first part of the settings that this person has."""
    return redirect(menu.tabs_of(request)[0].url)


@open_to_all
@require_POST
def language_set(request: HttpRequest) -> HttpResponse:
    """Speak this language from now on: on this device, and on the account when somebody is signed in."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return plain.page(request, "400.html", status=400)
    response = _back(request)
    device.remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    if request.user.is_authenticated:
        choices.choose_language(request.user, language)
    return response


@open_to_all
@require_POST
def theme_set(request: HttpRequest) -> HttpResponse:
    """Use these colours from now on, on this device and on the account."""
    theme = request.POST.get("theme", "")
    if theme not in plain.THEMES:
        return plain.page(request, "400.html", status=400)
    response = HttpResponse(status=204) if htmx.wants_part(request) else _back(request)
    device.remember(response, plain.THEME_COOKIE, theme)
    if request.user.is_authenticated:
        choices.choose_theme(request.user, theme)
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form came from elsewhere, or its page was open while somebody else signed in."""
    return plain.page(request, "403.html", status=403, form_refused=True)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return plain.page(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    user = getattr(request, "user", None)
    # Who is signed in can only become somebody else by signing out, which is a form.
    token = get_token(request) if user is not None and user.is_authenticated else ""
    return plain.page(request, "403.html", status=403, switch_token=token)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return plain.page(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return plain.page(request, "500.html", status=500)


@coach_only
def _desk(request: PersonRequest) -> HttpResponse:
    """What every room has to say to a coach today, by the coach's own clock."""
    now = time.now()
    shown = {"panels": registry.panels("home", request), "now": now, "greeting": dates.greeting(now)}
    return htmx.page_or_part(request, "desk.html", "_desk.html", shown)


def _back(request: HttpRequest) -> HttpResponse:
    to = request.POST.get("next", "")
    return HttpResponseRedirect(to if htmx.is_path_of_ours(to) else "/")
