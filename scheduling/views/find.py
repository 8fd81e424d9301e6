"""Finding a client or a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from config.kernel import htmx, time
from scheduling.access import coach_only
from scheduling.queries.find import found

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest

# Nobody's name is longer; what is typed beyond is not looked at.
LONGEST = 100


@coach_only
@require_safe
def find(request: PersonRequest) -> HttpResponse:
    """The clients and sessions that fit `q`, while it is typed or when it is sent."""
    seen = found(request.user.coach, request.GET.get("q", "")[:LONGEST], now=time.now())
    return htmx.page_or_part(request, "scheduling/find.html", "scheduling/_found.html", {"found": seen})
