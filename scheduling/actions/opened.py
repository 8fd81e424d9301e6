"""Time that opens is marked in the transaction that opens it, if anybody waits; once that stands, it is given to them.

What a session leaves is given away at once instead (`freed`): between two transactions somebody else could slip in."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING

from config.kernel.actions import follow, inside_action
from config.kernel.time import Interval
from config.postgres import planned
from scheduling import slots
from scheduling.models import Coach
from scheduling.sql import written
from scheduling.states import CaseStatus

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from clients.models import User
    from scheduling.models import RescheduleProposal

# So many pieces of time, the earliest, are given to who waits for any that suits: a week widened for half a year has more
# than they need.  An hour that somebody named is given however late it is.
MOST = 60
# The horizon moves on all the time; so seldom it is looked at.
REACHES_ON = dt.timedelta(hours=1)
# Nobody waits for what is further ahead.
FURTHEST = dt.timedelta(days=364)

_WAITS = """EXISTS (
  SELECT FROM scheduling_conflictcase waits WHERE waits.provider_id = opened.provider_id AND waits.status = %(pending)s
  AND (waits.wanted && opened.during OR waits.minutes IS NOT NULL AND opened.place <= %(most)s)
  AND waits.client_id IS DISTINCT FROM opened.left_by_id
)"""
_MARK = (
    "INSERT INTO scheduling_openedtime (provider_id, during, left_by_id) SELECT provider_id, during, left_by_id FROM"
)
_TIMES = written(
    f"{_MARK} (",
    """SELECT %(provider)s::bigint AS provider_id, during, %(left_by)s::uuid AS left_by_id, place
      FROM unnest(%(times)s::tstzrange[]) WITH ORDINALITY AS times (during, place)""",
    f") opened WHERE {_WAITS} RETURNING id",
    pending=CaseStatus.PENDING_RESOLUTION,
    most=str(MOST),
)
_LET_GO = written(
    f"{_MARK} (",
    """SELECT proposal.provider_id, offer.during, proposal.recipient_id AS left_by_id, 1 AS place
      FROM scheduling_slotoffer offer
      JOIN scheduling_rescheduleproposal proposal ON proposal.id = offer.proposal_id
      WHERE offer.proposal_id = %(proposal)s AND offer.held""",
    f") opened WHERE {_WAITS} RETURNING id",
    pending=CaseStatus.PENDING_RESOLUTION,
    most=str(MOST),
)


@inside_action
def mark(
    provider_id: int, times: Iterable[Interval], *, by: User | None, now: dt.datetime, left_by: uuid.UUID | None = None
) -> None:
    """Have this time given to whoever waits for some of it, once what is done now stands; the provider is locked.

    `left_by` is a client who had it, or would not have it, and does not get it."""
    ahead = sorted({each for each in times if each.ends_at > now}, key=lambda each: each.starts_at)
    if ahead:
        ranges = [each.as_range() for each in ahead]
        _then_serve(_TIMES, provider_id, by, now, provider=provider_id, times=ranges, left_by=left_by)


@inside_action
def mark_let_go(proposal: RescheduleProposal, *, by: User | None, now: dt.datetime) -> None:
    """As `mark`, for the times that a proposal, which ends now, was holding for its recipient."""
    _then_serve(_LET_GO, proposal.provider_id, by, now, proposal=proposal.pk)


@inside_action
def mark_reached(provider: User, *, now: dt.datetime) -> None:
    """As `mark`, for what can be booked only because time has passed: the horizon moves on.

    What lay within it when this was first asked is nobody's: whoever began to wait was told what was free."""
    coach: Coach | None = getattr(provider, "coach", None)
    if coach is None:
        return
    before, reached = coach.reached_until, slots.bookable_until(coach, now)
    if before and reached < before + REACHES_ON:
        return
    Coach.objects.filter(pk=coach.pk).update(reached_until=reached)
    if before:
        mark(provider.pk, [Interval(max(before, reached - FURTHEST), reached)], by=None, now=now)


def _then_serve(statement: str, provider_id: int, by: User | None, now: dt.datetime, **params: object) -> None:
    from scheduling.actions.serve import serve  # noqa: PLC0415  who serves ends questions, and so comes to mark

    if planned.rows(statement, params):
        follow(("opened time", provider_id), functools.partial(serve, provider_id, by=by, now=now))
