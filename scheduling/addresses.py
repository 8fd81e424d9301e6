"""Where things of this room are, for the pages that lead there a hundred times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    import datetime as dt

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


def booking_query(local: dt.datetime) -> str:
    """What follows the address of the booking form, for a time as the coach's clock shows it."""
    return f"?day={local:%Y-%m-%d}&at={local:%H:%M}" + ("&fold=1" if local.fold else "")
