"""What the menu counts, on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel import time
from config.postgres import planned
from scheduling.queries import asks, statements

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User


def pending_count(user: User, *, now: dt.datetime | None = None) -> int:
    """How many wishes and other questions are open, for the menu.  One query."""
    params = {"provider": user.pk, **asks.counted(now=now or time.now())}
    ((count,),) = planned.rows(statements.PENDING, params)
    return int(count)
