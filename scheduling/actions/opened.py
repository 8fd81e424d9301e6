"""Time that opens by other means than a session that leaves it: working hours widened, time off ended, offers over.

It is given to whoever waits in a transaction of its own, after the one that opened it stands."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, ParamSpec, cast

from config.kernel.actions import action
from config.kernel.errors import Busy
from scheduling.actions import endings, freed, locks
from scheduling.queries import probes

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Callable, Iterable, Sequence

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.hours import Closing
    from scheduling.models import RescheduleProposal

log = logging.getLogger(__name__)

# So many pieces of time are looked at, the earliest: a week widened for half a year has more than anybody waits for.
MOST = 60

P = ParamSpec("P")


def serve(
    provider_id: int,
    opened: Iterable[Interval],
    *,
    by: User | None,
    now: dt.datetime,
    left_by: uuid.UUID | None = None,
) -> None:
    """Give the time to whoever has waited the longest for some of it: held, or booked at once where so ticked.

    Each wish gets one hour at most; `left_by` is a client who did not take it.  While somebody keeps the calendar locked
    for too long, nobody gets any.
    Locks: provider, clients, cases.  Tells: the coach; clients who are booked."""
    ahead = sorted({each for each in opened if each.ends_at > now}, key=lambda each: each.starts_at)[:MOST]
    if not ahead or not probes.is_anybody_waiting(provider_id, ahead):
        return
    try:
        _serve(provider_id, ahead, by=by, now=now, left_by=left_by)
    except Busy:
        # What opened the time stands, and whoever did that must not read that it failed; Pending shows what is free.
        log.warning("what opened in calendar %s could not be given to anybody: it is locked for too long", provider_id)


def then_serve(act: Callable[P, Closing]) -> Callable[P, Closing]:
    """Let an action on the own hours of `by`, at `now`, give what it opened to whoever waits."""

    @functools.wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> Closing:
        done = act(*args, **kwargs)
        by, now = cast("User", kwargs["by"]), cast("dt.datetime", kwargs["now"])
        serve(by.pk, done.opened, by=by, now=now)
        return done

    return run


def serve_let_go(ended: Sequence[RescheduleProposal], *, by: User | None, now: dt.datetime) -> None:
    """Give what these questions held, and hold no more, to whoever else waits; as `serve` does."""
    for each in ended:
        serve(each.provider_id, probes.let_go(each.pk), by=by, now=now, left_by=each.recipient_id)


def end_due(provider_id: int, *, now: dt.datetime) -> list[RescheduleProposal]:
    """End the provider's open proposals whose time is over; who waits for what they held has its turn.

    Locks: provider, proposals; then clients and cases.  Tells: the coach; clients who are booked."""
    ended = _end_due(provider_id, now=now)
    serve_let_go(ended, by=None, now=now)
    return ended


def end_if_due(proposal_id: int, *, now: dt.datetime) -> None:
    """End a question whose time is over, in transactions of their own, which stand when what was asked of it is refused.

    Locks and tells: as `end_due`."""
    if provider_id := probes.whose_is_over(proposal_id, now):
        end_due(provider_id, now=now)


@action
def _end_due(provider_id: int, *, now: dt.datetime) -> list[RescheduleProposal]:
    locks.lock_provider(provider_id)
    return endings.expire_due(provider_id, now=now)


@action
def _serve(
    provider_id: int, opened: list[Interval], *, by: User | None, now: dt.datetime, left_by: uuid.UUID | None
) -> None:
    provider = locks.lock_provider(provider_id)
    locks.lock_clients(*{client for each in opened for client in probes.self_booking_clients(provider_id, each)})
    served: list[int] = []
    for each in opened:
        while given := freed.hour_freed(provider, each, now=now, by=by, passing_over=served, left_by=left_by):
            served.append(given.case.pk)
