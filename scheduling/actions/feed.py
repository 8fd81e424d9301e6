"""The address under which somebody's own calendar is read by other programs, and what it gives away."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from clients.actions import links
from config.kernel.actions import action, inside_action
from scheduling.access import FEED_LINK
from scheduling.actions import locks

if TYPE_CHECKING:
    from clients.models import User
    from scheduling.models import Coach
    from scheduling.states import FeedNames

# Calendars read it for years; whoever has lost sight of it makes a new one.
LASTS = dt.timedelta(days=3650)


@action
def open_feed(user: User, *, now: dt.datetime) -> str:
    """Make the user's calendar readable under a new address, and hand out its token, which nobody can read again.

    The one before opens nothing from then on.  Locks: user."""
    locks.lock_user(user.pk)
    links.end_links(FEED_LINK, _of(user), by=user, now=now)
    return links.mint(FEED_LINK, _of(user), expires_at=now + LASTS, by=user, now=now)


@action
def close_feed(user: User, *, now: dt.datetime) -> None:
    """Let the address of the user's calendar open nothing any more.  Locks: user."""
    locks.lock_user(user.pk)
    links.end_links(FEED_LINK, _of(user), by=user, now=now)


@inside_action
def end_feed(user: User, *, by: User, now: dt.datetime) -> None:
    """Nobody reads the calendar of a locked user who leaves."""
    links.end_links(FEED_LINK, _of(user), by=by, now=now)


@action
def choose_feed_names(coach: Coach, names: FeedNames) -> None:
    """Have the coach's sessions called that in every calendar that reads their address."""
    coach.feed_names = names
    coach.save(update_fields=["feed_names"])


def _of(user: User) -> str:
    return f"user:{user.pk}"
