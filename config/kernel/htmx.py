"""The four answers to a request, for htmx and for a plain browser alike."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.messages.storage.base import Message
    from django.http import HttpRequest

    from config.kernel.errors import Refusal

CALENDAR_CHANGED = "calendar:changed"
PENDING_CHANGED = "pending:changed"
MY_CHANGED = "my:changed"
MESSAGES_CHANGED = "messages:changed"
# The list of threads and the number beside it; the thread on the page is as it should be.
THREADS_CHANGED = "threads:changed"
BELL_CHANGED = "bell:changed"
DIALOG_OPEN = "dlg:open"
DIALOG_CLOSE = "dlg:close"
TOAST = "toast"


@dataclass(frozen=True)
class Undo:
    """One press that takes back what was just done: where it is posted, and with which fields."""

    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; a page restored from history wants the whole."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.history_restore_request)


def page_shown(request: HttpRequest) -> str:
    """The path (and query) of the page of ours that htmx stands on; empty when it says none, or a foreign one."""
    try:
        url = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return ""
    path = f"{url.path}?{url.query}" if url.query else url.path
    return path if url.netloc == request.get_host() and is_path_of_ours(path) else ""


def is_path_of_ours(to: str) -> bool:
    """Whether a redirect there stays on this site: an absolute path, and not another host in disguise."""
    return to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None)


def page_or_part(
    request: HttpRequest,
    page: str,
    part: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    dialog: bool = False,
) -> HttpResponse:
    """The part alone for htmx, the page that includes it for everybody else.

    `dialog` says that the part belongs in the dialog, which the browser then opens."""
    if not wants_part(request):
        return render(request, page, dict(context), status=status)
    response = render(request, part, dict(context), status=status)
    if dialog:
        response["HX-Trigger-After-Swap"] = DIALOG_OPEN
        response["HX-Reswap"] = "innerHTML"
        # A new target is looked for from the link that asked, and a calendar that has read itself anew meanwhile
        # has taken that link out of the page: what opens the dialog and has it as its target needs no other.
        if status >= 400 or request.headers.get("HX-Target") != "dlg-body":
            response["HX-Retarget"] = "#dlg-body"
    return response


def invalid(
    request: HttpRequest, page: str, part: str, context: Mapping[str, Any], *, dialog: bool = False
) -> HttpResponse:
    """422: the form again, with what was typed and what is wrong with it."""
    return page_or_part(request, page, part, context, status=422, dialog=dialog)


def refused(
    request: HttpRequest, refusal: Refusal, *, page: str, part: str, context: Mapping[str, Any], dialog: bool = False
) -> HttpResponse:
    """The refusal's own status (409 as a rule) with its words and the next step in `refusal`."""
    shown = {**context, "refusal": refusal}
    return page_or_part(request, page, part, shown, status=refusal.status, dialog=dialog)


def done(request: HttpRequest, *events: str, to: str, toast: str = "", undo: Undo | None = None) -> HttpResponse:
    """204 and the events that make regions re-read themselves; a redirect to `to` without htmx.

    `to` is a path or URL name; `toast` is one sentence for the person, already translated; `undo` stands beside it."""
    taken_back = asdict(undo) if undo else None
    if not wants_part(request):
        if toast:
            messages.success(request, toast, extra_tags=json.dumps(taken_back) if taken_back else "")
        return redirect(to)
    response = HttpResponse(status=204)
    trigger: dict[str, Any] = {event: {} for event in (DIALOG_CLOSE, *events)}
    if toast:
        trigger[TOAST] = {"text": toast} | ({"undo": taken_back} if taken_back else {})
    response["HX-Trigger"] = json.dumps(trigger)
    return response


def undo_in(message: Message) -> Undo | None:
    """What takes back the deed that a message of the next page tells of, if `done` said so."""
    return Undo(**json.loads(message.extra_tags)) if message.extra_tags else None


def go(request: HttpRequest, to: str, *, toast: str = "") -> HttpResponse:
    """Lead on to another page: `HX-Redirect` for htmx, a redirect for everybody else."""
    if toast:
        messages.success(request, toast)
    if not wants_part(request):
        return redirect(to)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = redirect(to)["Location"]
    return response
