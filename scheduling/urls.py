"""The addresses of this room; an address, its view and its page share one name."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from clients.access import open_to_all

app_name = "scheduling"

ADDRESSES = [
    ("calendar/", "calendar", "calendar"),
    ("sessions/book/", "sessions", "session_book"),
    ("sessions/<int:session_id>/", "sessions", "session_detail"),
    ("sessions/<int:session_id>/move/", "sessions", "session_move"),
    ("sessions/<int:session_id>/cancel/", "sessions", "session_cancel"),
    ("conflicts/", "pending", "conflict_list"),
    ("conflicts/offer/", "conflicts", "conflict_offer"),
    ("conflicts/ask/", "conflicts", "conflict_ask"),
    ("conflicts/<int:case_id>/book/", "pending", "conflict_book"),
    ("conflicts/<int:case_id>/withdraw/", "pending", "conflict_withdraw"),
    ("conflicts/<int:case_id>/offer/", "again", "conflict_offer_again"),
    ("conflicts/<int:case_id>/ask/", "again", "conflict_ask_again"),
    ("conflicts/<int:case_id>/release/", "pending", "conflict_release"),
    ("conflicts/<int:case_id>/link/", "pending", "conflict_link"),
    ("p/<str:token>/", "proposals", "proposal_answer"),
    ("my/", "my", "my_home"),
    ("my/offers/<int:proposal_id>/", "proposals", "my_offer"),
]
# While the rooms are furnished: an address leads nowhere until its view is there.
_views = {
    name: import_module(f"scheduling.views.{name}")
    for name in sorted({module for _, module, _ in ADDRESSES})
    if find_spec(f"scheduling.views.{name}")
}


@open_to_all
def _nowhere(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


urlpatterns = [
    path(route, getattr(_views.get(module), name, _nowhere), name=name) for route, module, name in ADDRESSES
]
