"""For balancers and monitors: is the process alive, and may it be sent people?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from clients import access
from config import health

if TYPE_CHECKING:
    from django.http import HttpRequest


@access.open_to_all
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@access.open_to_all
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and fits this code, else 503, within 3 s and in words.

    A worker that is missing is told, but people may be sent here all the same."""
    findings = health.ready()
    ready = all(finding.ok for finding in findings if finding.name not in health.SPARED)
    body = {"ready": ready, "findings": {finding.name: finding.words for finding in findings}}
    return JsonResponse(body, status=200 if ready else 503)
