"""Pages with initials instead of names, to be printed and left on a desk."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from config.kernel import htmx, letters
from scheduling.queries.layout import Entry
from scheduling.queries.sessions import Waiting

if TYPE_CHECKING:
    from django.http import HttpRequest

    from clients.models import Client

_OF_PEOPLE = frozenset({"session", "wish", "hold"})


def wants_initials(request: HttpRequest) -> bool:
    """Whether this page was asked for with `initials=1`, or is a region of such a page that reads itself anew.

    Any other address shows names again: nobody keeps initials without having asked for them."""
    if request.GET.get("initials") == "1":
        return True
    region = request.headers.get("HX-Trigger", "")
    if not region or region != request.headers.get("HX-Target"):
        return False
    return parse_qs(urlsplit(htmx.page_shown(request)).query).get("initials") == ["1"]


def initialled(shown: Any) -> Any:
    """The same, however deep, with initials wherever the calendar or a session's page names somebody."""
    if isinstance(shown, Entry):
        is_somebody = shown.kind in _OF_PEOPLE and shown.pk is not None
        return replace(shown, name=letters.initials(shown.name)) if is_somebody else shown
    if isinstance(shown, Waiting):
        return replace(shown, name=letters.initials(shown.name))
    if isinstance(shown, dict):
        return {key: initialled(value) for key, value in shown.items()}
    if isinstance(shown, (tuple, list)):
        return type(shown)(initialled(each) for each in shown)
    if is_dataclass(shown) and not isinstance(shown, type):
        return replace(shown, **{each.name: initialled(getattr(shown, each.name)) for each in fields(shown)})
    return shown


def hide_name(client: Client) -> None:
    """Let a client that was read for a page, and is never saved, show neither name nor number."""
    client.full_name, client.phone = client.initials, ""
