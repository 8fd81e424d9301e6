"""Where things of this room are, for the pages that lead there a hundred times."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

if TYPE_CHECKING:
    import datetime as dt
    import uuid

    from config.kernel.time import Interval


def calendar_at(day: dt.date | None = None, *, view: str = "", weeks: int = 0) -> str:
    """The calendar with that day; without a view, in the one that was used last.  `weeks` as the agenda has them."""
    said = {
        "view": view,
        "date": f"{day.year:04}-{day.month:02}-{day.day:02}" if day else "",
        "weeks": str(weeks or ""),
    }
    query = "&".join(f"{name}={value}" for name, value in said.items() if value)
    return f"{reverse('scheduling:calendar')}?{query}" if query else reverse("scheduling:calendar")


def booking_at(during: Interval, where: dt.tzinfo) -> str:
    """Where that time is booked."""
    return reverse("scheduling:session_book") + booking_query(during.starts_at.astimezone(where))


def thread_at(
    client_id: uuid.UUID, *, coach_id: int | None = None, before: int | None = None, page: str = "message_thread"
) -> str:
    """The thread with that client; for the client, who may have several coaches, the one with that coach.

    `before`: the messages before that one."""
    said = {"with": coach_id, "before": before}
    query = urlencode({name: value for name, value in said.items() if value})
    address = reverse(f"scheduling:{page}", args=[client_id])
    return f"{address}?{query}" if query else address


def booking_query(local: dt.datetime) -> str:
    """What follows the address of the booking form, for a time as the coach's clock shows it."""
    return f"?day={local:%Y-%m-%d}&at={local:%H:%M}" + ("&fold=1" if local.fold else "")
