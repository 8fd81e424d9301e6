"""A wish from its beginning, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

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
    return render(request, "scheduling/conflict_detail.html", {"case": case, "trail": trail_of(case)})
