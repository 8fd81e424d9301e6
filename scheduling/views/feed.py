"""Somebody's own calendar for other programs: its address, and what is read there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import is_coach, open_to_all, signed_in, untraceable
from config.kernel import dates, time
from scheduling.access import feed_owner, has_sessions
from scheduling.actions import feed
from scheduling.calendar_files import CONTENT_TYPE, feed_of
from scheduling.feed_forms import Deed, FeedForm, NamesForm
from scheduling.queries.feed import feed_entries, feed_example, feed_since
from scheduling.states import FeedNames

if TYPE_CHECKING:
    from django.http import HttpRequest

    from clients.access import PersonRequest

PAGE = "scheduling/settings_feed.html"
HOME = "scheduling:settings_feed"


@open_to_all
@untraceable
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The sessions of whoever made that address, for a calendar that reads it again and again; 304 while nothing is new."""
    user = feed_owner(token)
    with translation.override(user.language):
        content = feed_of(feed_entries(user, now=time.now()), name=settings.PRACTICE_NAME)
    response = HttpResponse(content, content_type=f"{CONTENT_TYPE}; charset=utf-8")
    response["Content-Language"] = user.language
    response["ETag"] = quote_etag(hashlib.sha256(content).hexdigest())
    return cast("HttpResponse", get_conditional_response(request, etag=response["ETag"], response=response))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings_feed(request: PersonRequest) -> HttpResponse:
    """Make, replace and end the address of one's own calendar; a new one is shown in the answer, and never again."""
    user = request.user
    if not has_sessions(user):
        raise PermissionDenied
    if request.method != "POST":
        return _show(request)
    if is_coach(user) and (names := NamesForm(request.POST)).is_valid():
        feed.choose_feed_names(user.coach, names.names_chosen())
        messages.success(request, _("Saved %(time)s") % {"time": dates.clock(time.now())})
        return redirect(HOME)
    form = FeedForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    if form.deed() == Deed.MAKE:
        return _show(request, token=feed.open_feed(user, now=time.now()))
    feed.close_feed(user, now=time.now())
    messages.success(request, _("The address opens nothing any more."))
    return redirect(HOME)


def _show(request: PersonRequest, *, token: str = "") -> HttpResponse:
    now = time.now()
    path = reverse("scheduling:calendar_feed", args=[token]) if token else ""
    shown = {
        "address": f"{settings.SITE_URL}{path}" if path else "",
        "subscribe": f"{_program_address()}{path}" if path else "",
        "since": feed_since(request.user),
        "names": FeedNames if is_coach(request.user) else (),
        "example": feed_example(request.user, now=now),
    }
    return render(request, PAGE, shown)


def _program_address() -> str:
    """This site under the name that opens a calendar program; where it is read in private, only in private."""
    site = urlsplit(settings.SITE_URL)
    scheme = "webcals" if site.scheme == "https" else "webcal"
    return f"{scheme}://{site.netloc}{site.path}"
