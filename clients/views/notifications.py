"""What the bell says: the list, as a dialog or a page, and marking what was read.  Looking changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clients.access import notification_for, signed_in
from clients.actions import notifications
from clients.queries.notifications import IN_DIALOG, PER_PAGE, news_page
from config.kernel import htmx, time
from config.kernel.numbers import whole_number

if TYPE_CHECKING:
    from clients.access import PersonRequest

HOME = "clients:notification_list"
PAGE, PART = "clients/notification_list.html", "clients/_notifications.html"
DIALOG, LATEST = "clients/_notifications_dialog.html", "clients/_news_latest.html"


@signed_in
@require_safe
def notification_list(request: PersonRequest) -> HttpResponse:
    """One's own news, the newest first: `show=unread` only what is new, `page` from 1; the latest of them in the dialog."""
    target = request.headers.get("HX-Target") if htmx.wants_part(request) else None
    if target == "dlg-body":
        return htmx.page_or_part(request, PAGE, DIALOG, _listed(request, most=IN_DIALOG), dialog=True)
    if target == "told-latest":
        return htmx.page_or_part(request, PAGE, LATEST, _listed(request, most=IN_DIALOG))
    number = whole_number(request.GET.get("page", "1"), digits=5)
    return htmx.page_or_part(request, PAGE, PART, _listed(request, number=max(number or 1, 1)))


@signed_in
@require_POST
def notification_open(request: PersonRequest, notification_id: int) -> HttpResponse:
    """Mark it as read, and lead to where it goes on."""
    news = notification_for(request.user, notification_id)
    notifications.mark_read(news.pk, by=request.user, now=time.now())
    response = htmx.go(request, news.url or HOME)
    path, is_place, _place = news.url.partition("#")
    if is_place and path == htmx.page_shown(request):
        # A place on the page that is shown, which is not loaded anew then.
        response["HX-Trigger"] = f"{htmx.DIALOG_CLOSE}, {htmx.BELL_CHANGED}"
    return response


@signed_in
@require_POST
def notification_read(request: PersonRequest, notification_id: int) -> HttpResponse:
    """Mark it as read without going there."""
    news = notification_for(request.user, notification_id)
    notifications.mark_read(news.pk, by=request.user, now=time.now())
    return _marked(request)


@signed_in
@require_POST
def notification_unread(request: PersonRequest, notification_id: int) -> HttpResponse:
    """Count it as unread again."""
    notifications.mark_unread(notification_for(request.user, notification_id).pk, by=request.user)
    return _marked(request)


@signed_in
@require_POST
def notification_read_all(request: PersonRequest) -> HttpResponse:
    """Mark as read what was there when the list was shown, `until` that id; what came since stays new."""
    now = time.now()
    until = whole_number(request.POST.get("until", "")) or 0
    number = notifications.mark_all_read(by=request.user, now=now, until=until)
    if not number:
        return htmx.done(request, htmx.BELL_CHANGED, to=HOME, toast=_("Everything was read already."))
    words = ngettext("%(number)s notification marked as read", "%(number)s notifications marked as read", number)
    undo = htmx.Undo(reverse("clients:notification_unread_all"), {"at": now.isoformat()})
    return htmx.done(request, htmx.BELL_CHANGED, to=HOME, toast=words % {"number": number}, undo=undo)


@signed_in
@require_POST
def notification_unread_all(request: PersonRequest) -> HttpResponse:
    """Take back what was marked as read all at once, `at` that instant."""
    if at := _instant(request.POST.get("at", "")):
        notifications.take_back_read(by=request.user, read_at=at)
    return htmx.done(request, htmx.BELL_CHANGED, to=HOME)


def _listed(request: PersonRequest, *, number: int = 1, most: int = PER_PAGE) -> dict[str, Any]:
    only_unread = request.GET.get("show") == "unread"
    page = news_page(request.user, now=time.now(), number=number, only_unread=only_unread, most=most)
    said = {**({"show": "unread"} if only_unread else {}), **({"page": number} if number > 1 else {})}
    here = reverse(HOME)
    window = f"{here}?{urlencode(said)}" if said else here
    return {"news": page, "only_unread": only_unread, "here": here, "window": window}


def _marked(request: PersonRequest) -> HttpResponse:
    if not htmx.wants_part(request):
        to = request.POST.get("next", "")
        return redirect(to if htmx.is_path_of_ours(to) else HOME)
    response = HttpResponse(status=204)
    response["HX-Trigger"] = htmx.BELL_CHANGED
    return response


def _instant(typed: str) -> dt.datetime | None:
    """The instant that was written; None for anything else."""
    try:
        at = dt.datetime.fromisoformat(typed)
        # In UTC, for the database knows no zone that is off by a fraction of a minute, or by a day.
        return at.astimezone(dt.UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
