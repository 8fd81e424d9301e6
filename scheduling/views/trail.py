"""A wish from its beginning, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from config.kernel import htmx
from scheduling.access import case_for, coach_only
from scheduling.queries.trail import trail_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest


@coach_only
@require_safe
def conflict_detail(request: PersonRequest, case_id: int) -> HttpResponse:
    """Who asked what when, and who answered."""
    case = case_for(request.user, case_id)
    shown = {"case": case, "trail": trail_of(case)}
    return htmx.page_or_part(request, "scheduling/conflict_detail.html", "scheduling/_conflict_detail.html", shown)
