"""What the menu counts, on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.kernel import time
from config.postgres import planned
from scheduling.models import Message
from scheduling.models.message import FROM_PROVIDER
from scheduling.queries import asks, statements

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import Client, User


@dataclass(frozen=True)
class MenuCounts:
    """For a coach: `pending` wishes and other questions that are open, `unread` messages of clients in care, and `news`
    at the bell, of which more than a hundred are a hundred."""

    pending: int
    unread: int
    news: int


def menu_counts(user: User, *, now: dt.datetime | None = None) -> MenuCounts:
    """All numbers that stand on every page of a coach.  One query."""
    params = {"provider": user.pk, **asks.counted(now=now or time.now())}
    ((pending, unread, news),) = planned.rows(statements.MENU, params)
    return MenuCounts(int(pending), int(unread), int(news))


def pending_count(user: User, *, now: dt.datetime | None = None) -> int:
    """How many wishes and other questions are open.  One query."""
    return menu_counts(user, now=now).pending


def unread_of(client: Client) -> int:
    """How many messages of coaches the client has not read; a question that was answered need not be.  One query."""
    unread = Message.objects.filter(FROM_PROVIDER, client=client, read_at__isnull=True)
    answered = {"proposal__answered_at__isnull": False}, {"proposal__agreed_at__isnull": False}
    for each in answered:
        unread = unread.exclude(**each)
    return unread.count()
