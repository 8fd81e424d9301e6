"""The parts of a coach's home; each is nothing for who has no calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.kernel import time
from config.kernel.registry import Panel
from scheduling.queries import home

if TYPE_CHECKING:
    from clients.access import PersonRequest


def today(request: PersonRequest, **about: Any) -> Panel | None:
    """The sessions of today, with what can be said of those that began."""
    if not hasattr(request.user, "coach"):
        return None
    return Panel("scheduling/_home_today.html", {"today": home.today_of(request.user.coach, now=time.now())})


def waiting(request: PersonRequest, **about: Any) -> Panel | None:
    """What waits for the coach, and what is owed."""
    if not hasattr(request.user, "coach"):
        return None
    found = home.waiting_for(request.user, request.user.coach, now=time.now())
    return Panel("scheduling/_home_waiting.html", {"waiting": found})


def free(request: PersonRequest, **about: Any) -> Panel | None:
    """The next free times."""
    if not hasattr(request.user, "coach"):
        return None
    coach = request.user.coach
    days = home.free_days(coach, now=time.now())
    return Panel("scheduling/_home_free.html", {"days": days, "lacks_hours": not days and not home.has_hours(coach)})
