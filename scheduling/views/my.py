"""The client's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from clients.access import client_only
from config.kernel import dates, htmx, time
from scheduling.queries.counts import unread_of
from scheduling.queries.my import my_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest


@client_only
@require_safe
def my_home(request: PersonRequest) -> HttpResponse:
    """What needs an answer first, then what comes, then what was."""
    now = time.now()
    shown = {
        "page": my_page(request.user, now=now),
        "greeting": dates.greeting(now),
        "unread": unread_of(request.user.client),
    }
    return htmx.page_or_part(request, "scheduling/my_home.html", "scheduling/_my_home.html", shown)
