"""The page behind the link in every reminder: no more of them, or again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clients.access import open_to_all, untraceable
from clients.actions.choices import choose_reminders
from clients.models import Client
from clients.queries import link_object
from clients.states import REMINDERS_LINK
from config.kernel.time import now

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE = "clients/reminders_off.html"


# Mail programs press this for their reader, without a cookie and from elsewhere (RFC 8058): whoever has the token may.
@open_to_all
@csrf_exempt
@untraceable
@require_http_methods(["GET", "HEAD", "POST"])
def reminders_off(request: HttpRequest, token: str) -> HttpResponse:
    """Show whether reminders are sent; only a press changes that."""
    client = _client_of(token)
    if request.method == "POST":
        client = choose_reminders(client.pk, wanted=request.POST.get("reminders") == "on", now=now())
    with translation.override(client.language):
        return render(request, PAGE, {"wanted": client.wants_reminders, "pressed": request.method == "POST"})


def _client_of(token: str) -> Client:
    """Whose reminders they are.  Raises: Http404, the same for unknown, ended and damaged links."""
    kind, _, number = (link_object(token, REMINDERS_LINK) or "").partition(":")
    client = Client.objects.filter(pk=uuid.UUID(number)).first() if kind == "client" else None
    if client is None:
        raise Http404
    return client
