"""Parts of a page that save by themselves: each is sent to an address of its own and answers with itself."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config.kernel import htmx

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.hours import Closing

P = ParamSpec("P")
HOME = "scheduling:settings_hours"


def part_of_page(view: Callable[Concatenate[PersonRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """A part of "My hours" is sent to this address; whoever only opens it is led to the page."""

    @functools.wraps(view)
    def posted(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if request.method == "POST" else redirect(HOME)

    return require_http_methods(["GET", "HEAD", "POST"])(posted)


def saved(
    request: PersonRequest,
    part: str,
    context: Callable[[], Mapping[str, Any]],
    *,
    target: str,
    done: Closing,
    toast: str,
    to: str = HOME,
    undo: htmx.Undo | None = None,
) -> HttpResponse:
    """The part as it stands now, put where it is on the page though the press may have come from the dialog.

    Where clients are to be asked, on to the list of them.  A redirect without htmx."""
    words = [toast]
    if done.cancelled:
        number = done.cancelled
        cancelled = ngettext("%(number)s session is cancelled.", "%(number)s sessions are cancelled.", number)
        words.append(cancelled % {"number": number})
        # One press cannot bring back sessions, whose clients are about to be told.
        undo = None
    said = " ".join(words)
    if done.to_ask:
        query = urlencode({"ask": ",".join(map(str, done.to_ask))})
        return htmx.go(request, f"{reverse('scheduling:settings_outside')}?{query}", toast=said)
    answer = htmx.done(request, htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED, to=to, toast=said, undo=undo)
    if not htmx.wants_part(request):
        return answer
    response = put(request, part, context(), target=target)
    response["HX-Trigger"] = answer["HX-Trigger"]
    return response


def put(
    request: PersonRequest, part: str, context: Mapping[str, Any], *, target: str, status: int = 200
) -> HttpResponse:
    """The part in its place on the page, wherever the press came from; the dialog has nothing more to say."""
    response = render(request, part, dict(context), status=status)
    response["HX-Retarget"], response["HX-Reswap"] = target, "outerHTML"
    response["HX-Trigger"] = htmx.DIALOG_CLOSE
    return response
