"""The addresses of this room; an address, its view and its page share one name."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import path

app_name = "scheduling"

ADDRESSES = [
    ("calendar/", "calendar", "calendar"),
    ("sessions/book/", "sessions", "session_book"),
    ("sessions/<int:session_id>/", "sessions", "session_detail"),
    ("sessions/<int:session_id>/move/", "sessions", "session_move"),
    ("sessions/<int:session_id>/cancel/", "sessions", "session_cancel"),
    ("conflicts/", "conflicts", "conflict_list"),
    ("conflicts/offer/", "conflicts", "conflict_offer"),
    ("conflicts/ask/", "conflicts", "conflict_ask"),
    ("conflicts/<int:case_id>/book/", "conflicts", "conflict_book"),
    ("conflicts/<int:case_id>/withdraw/", "conflicts", "conflict_withdraw"),
    ("conflicts/<int:case_id>/offer/", "conflicts", "conflict_offer_again"),
    ("conflicts/<int:case_id>/ask/", "conflicts", "conflict_ask_again"),
    ("conflicts/<int:case_id>/release/", "conflicts", "conflict_release"),
    ("conflicts/<int:case_id>/link/", "conflicts", "conflict_link"),
    ("p/<str:token>/", "proposals", "proposal_answer"),
    ("my/", "proposals", "my_home"),
    ("my/offers/<int:proposal_id>/", "proposals", "my_offer"),
]
# While the rooms are furnished: an address appears with its view.
_views = {
    name: import_module(f"scheduling.views.{name}")
    for name in sorted({module for _, module, _ in ADDRESSES})
    if find_spec(f"scheduling.views.{name}")
}

urlpatterns = [
    path(route, getattr(_views[module], name), name=name)
    for route, module, name in ADDRESSES
    if hasattr(_views.get(module), name)
]
