"""Give what has opened to whoever waits; and end what time has ended, which opens more."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from config.kernel.actions import action
from config.kernel.errors import Busy
from config.kernel.time import Interval
from scheduling.actions import endings, freed, locks, opened
from scheduling.models import OpenedTime
from scheduling.queries import probes

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import RescheduleProposal

log = logging.getLogger(__name__)


def serve(provider_id: int, *, by: User | None, now: dt.datetime) -> None:
    """Give marked time to whoever has waited the longest for some of it: held, or booked at once where so ticked.

    Each wish gets one hour at most.  While somebody keeps the calendar locked for too long, nobody gets any, and the
    marks stay for the next time.
    Locks: provider, clients, cases.  Tells: the coach; clients who are booked."""
    try:
        _serve(provider_id, by=by, now=now)
    except Busy:
        log.warning(
            "what opened in calendar %s could not be given to anybody yet: it is locked for too long", provider_id
        )


@action
def end_due(provider_id: int, *, now: dt.datetime) -> list[RescheduleProposal]:
    """End the provider's open proposals whose time is over; who waits for what they held has its turn.

    Locks: provider, proposals; then clients and cases.  Tells: the coach; clients who are booked."""
    locks.lock_provider(provider_id)
    return endings.expire_due(provider_id, now=now)


@action
def reach_on(provider_id: int, *, now: dt.datetime) -> None:
    """Give what the passing of time has brought within reach to whoever waits.

    Locks: provider; then clients and cases.  Tells: the coach; clients who are booked."""
    opened.mark_reached(locks.lock_provider(provider_id), now=now)


def end_if_due(proposal_id: int, *, now: dt.datetime) -> None:
    """End a question whose time is over, in transactions of their own, which stand when what was asked of it is refused.

    Locks and tells: as `end_due`."""
    if provider_id := probes.whose_is_over(proposal_id, now):
        end_due(provider_id, now=now)


@action
def _serve(provider_id: int, *, by: User | None, now: dt.datetime) -> None:
    provider = locks.lock_provider(provider_id)
    marks = list(OpenedTime.objects.filter(provider=provider).order_by("during", "pk"))
    times = [(Interval.from_range(each.during), each.left_by_id) for each in marks]
    ahead = [(during, left_by) for during, left_by in times if during.ends_at > now]
    locks.lock_clients(*{client for each, _ in ahead for client in probes.self_booking_clients(provider_id, each)})
    served: list[int] = []
    for during, left_by in ahead:
        given = freed.hour_freed(provider, during, now=now, by=by, passing_over=served, left_by=left_by)
        served += [each.case.pk for each in given]
    # Those that were read: what is marked by the way has its turn next.
    OpenedTime.objects.filter(pk__in=[each.pk for each in marks]).delete()
