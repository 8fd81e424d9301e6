"""The line on which open pages hear what changed, and who may hear what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from clients.access import signed_in
from clients.models import User
from config.kernel import live, registry
from config.pages import menu

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.http.response import HttpResponseBase

    from clients.access import PersonRequest


@signed_in  # type: ignore[arg-type]
@require_GET
def events(request: PersonRequest) -> HttpResponseBase:
    """Names of what changed for whoever asks, as long as they may hear and look (server-sent events).

    `since` (milliseconds since the epoch): up to when the page knows all.  Where streams cannot be held: 204 at once,
    after which a browser asks no more."""
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    hearer = live.Hearer(
        topics=_topics_of(request.user) | {live.for_session(request.session.session_key or "")},
        user_id=request.user.pk,
        session_key=request.session.session_key or "",
        proof=request.user.get_session_auth_hash(),
        since=_since(request),
        asked_at=request.begun_at,  # type: ignore[attr-defined]  # by the middleware
    )
    answer = StreamingHttpResponse(live.stream(hearer, who_may_not), content_type="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def who_may_not(hearers: Collection[live.Hearer]) -> Iterator[live.Hearer]:
    """Those who are no longer who they were when they were let in: signed out, closed, another password or other roles."""
    keys = {hearer.session_key for hearer in hearers}
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    standing = set(sessions.values_list("session_key", flat=True))
    rows = User.objects.filter(is_active=True).select_related(*registry.role_rows())
    users = rows.in_bulk({hearer.user_id for hearer in hearers})
    now = {pk: (_topics_of(user), user.get_session_auth_hash()) for pk, user in users.items()}
    for hearer in hearers:
        topics = hearer.topics - {live.for_session(hearer.session_key)}
        if hearer.session_key not in standing or now.get(hearer.user_id) != (topics, hearer.proof):
            yield hearer


def _topics_of(user: User) -> frozenset[str]:
    roles = [*registry.roles_of(user), *([menu.OFFICE] if user.is_staff else [])]
    record = getattr(user, "client", None)
    own = {live.for_client(record.pk)} if record is not None else set()
    return frozenset({live.for_user(user.pk), *own, *(live.for_role(role.name) for role in roles)})


def _since(request: PersonRequest) -> float | None:
    """A browser that comes back by itself says what it heard last; the address says what the page knew at first."""
    said = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    return int(said) / 1000 if said.isascii() and said.isdigit() and len(said) < 16 else None
