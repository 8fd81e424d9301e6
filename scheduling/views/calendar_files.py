"""A session as a file for the client's own calendar, to be downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clients.access import client_only
from config.kernel import time
from scheduling.access import session_for_client
from scheduling.calendar_files import CONTENT_TYPE, Method, entry_for_client, file_of

if TYPE_CHECKING:
    from clients.access import PersonRequest
    from scheduling.models import Session


@client_only
@require_safe
def my_session_file(request: PersonRequest, session_id: int) -> HttpResponse:
    """One of the client's own sessions."""
    return session_file(session_for_client(request.user, session_id))


def session_file(session: Session) -> HttpResponse:
    """The session as its client has it, as it is now; a calendar that got it by a mail knows that it is the same."""
    content = file_of([entry_for_client(session, changed_at=time.now())], method=Method.PUBLISH)
    response = HttpResponse(content, content_type=f"{CONTENT_TYPE}; charset=utf-8; method={Method.PUBLISH.value}")
    response["Content-Disposition"] = 'attachment; filename="session.ics"'
    return response
