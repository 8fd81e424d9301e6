"""What every change of a session is answered with: one sentence and a way back, or why not and what instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from config.kernel import dates, htmx, time
from scheduling.queries.sessions import session_page
from scheduling.views.when import calendar_address

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest
    from config.kernel.errors import Refusal
    from scheduling.change_forms import PressForm
    from scheduling.models import Session

CHANGED = (htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED)
REFUSED = ("scheduling/session_refused.html", "scheduling/_session_refused.html")


def done(
    request: PersonRequest,
    session: Session,
    words: str,
    *,
    seen: int | None = None,
    to: str = "",
    undo_to: str = "",
    more: str = "",
) -> HttpResponse:
    """Say it in a toast (`words` with %(name)s and %(when)s); without script go to `to`, else to the session's page.

    `seen` is the version that the page showed: if the change made the next one, the toast takes it back, and
    without script returns to `undo_to`."""
    said = words % named(session)
    back = to or reverse("scheduling:session_detail", args=[session.pk])
    undo = undo_of(session, undo_to) if seen is not None and session.version == seen + 1 else None
    return htmx.done(request, *CHANGED, to=back, toast=f"{said} {more}".rstrip(), undo=undo)


def named(session: Session) -> dict[str, Any]:
    """How a session is called in a sentence: %(name)s and %(when)s."""
    return {"name": session.client, "when": dates.day_time(session.starts_at)}


def undo_of(session: Session, to: str) -> htmx.Undo:
    """One press that takes back what made the session's present version, and returns to `to`, if that is said."""
    url = reverse("scheduling:session_undo", args=[session.pk])
    return htmx.Undo(url, {"version": str(session.version), **({"next": to} if to else {})})


def refused(
    request: PersonRequest, session: Session, refusal: Refusal | None = None, *, form: PressForm | None = None
) -> HttpResponse:
    """Why not (409, or 422 with what is wrong in `form`), how the session stands, and what can be done instead."""
    context: dict[str, Any] = {
        "session": session,
        "page": session_page(session, now=time.now()),
        "form": form,
        "back": reverse("scheduling:session_detail", args=[session.pk]),
        "week": calendar_address(session.starts_at, request.user.coach),
    }
    if refusal is None:
        return htmx.invalid(request, *REFUSED, context, dialog=True)
    page, part = REFUSED
    answer = htmx.refused(request, refusal, page=page, part=part, context=context, dialog=True)
    if htmx.wants_part(request):
        # Behind the dialog stands what led to the press, and may be old.
        answer["HX-Trigger"] = ", ".join(CHANGED)
    return answer
