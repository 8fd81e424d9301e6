"""What the menu counts, on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from config.kernel import time
from scheduling.queries import asks, statements
from scheduling.states import CaseStatus

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User


def pending_count(user: User, *, now: dt.datetime | None = None) -> int:
    """How many wishes and other questions are open, for the menu.  One query."""
    params = {
        "provider": user.pk,
        "pending": CaseStatus.PENDING_RESOLUTION.value,
        **asks.counted(now=now or time.now()),
    }
    with connection.cursor() as cursor:
        cursor.execute(statements.PENDING, params)
        (count,) = cursor.fetchone() or (0,)
    return int(count)
