"""The times that clients wrote instead of those offered, as the coach sees them: which can be had, and what speaks against the others."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from scheduling import rules
from scheduling.models import CounterTime, Session
from scheduling.slots.many import Asked, explain_for_each

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.queries.asks import PlainAsk
    from scheduling.queries.pending import Question
    from scheduling.slots import Obstacle

    Listed = TypeVar("Listed", PlainAsk, Question)


@dataclass(frozen=True, kw_only=True)
class CounterWay:
    """One of a client's own times.  `why` is what stands in its way, or what the coach would overrule; may be empty.

    `is_best`: the first that can be had, one against which nothing speaks before others."""

    id: int
    during: Interval
    is_taken: bool
    why: str
    is_best: bool = False


def with_counters(listed: Sequence[Listed], provider: User, *, now: dt.datetime) -> list[Listed]:
    """The same list, with the clients' own times where somebody answered that none fits.  Three queries at most."""
    asked = [each.declined for each in listed if each.declined]
    ways = _ways(asked, provider, now=now) if asked else {}
    return [
        dataclasses.replace(each, counters=ways[each.declined]) if each.declined in ways else each for each in listed
    ]


def _ways(proposals: Sequence[int], provider: User, *, now: dt.datetime) -> dict[int | None, tuple[CounterWay, ...]]:
    rows = CounterTime.objects.filter(proposal__in=proposals).select_related("proposal__session", "proposal__recipient")
    times = list(rows.order_by("proposal", "place"))
    if not times:
        return {}
    found: dict[int | None, tuple[CounterWay, ...]] = defaultdict(tuple)
    asked = [Asked(each.interval, each.interval.minutes, each.proposal.recipient_id) for each in times]
    against = explain_for_each(provider, asked, now=now)
    elsewhere = list(_elsewhere(times, provider))
    for time, all_of_them in zip(times, against, strict=True):
        others = [each for each in all_of_them if not _is_own(each, time)]
        said = rules.taking(others) or others
        way = CounterWay(
            id=time.pk,
            during=time.interval,
            is_taken=any(each.code in _FINAL for each in others) or any(_is_in_the_way(row, time) for row in elsewhere),
            why=said[0].headline if said else "",
        )
        found[time.proposal_id] = (*found[time.proposal_id], way)
    return {proposal: _with_best(ways) for proposal, ways in found.items()}


def _with_best(ways: tuple[CounterWay, ...]) -> tuple[CounterWay, ...]:
    able = [each for each in ways if not each.is_taken]
    best = next((each for each in able if not each.why), next(iter(able), None))
    return tuple(dataclasses.replace(each, is_best=each is best) for each in ways)


# A hold and time off are the coach's own to overrule.
_FINAL = frozenset({"session", "client_busy", "past"})


def _is_own(obstacle: Obstacle, time: CounterTime) -> bool:
    """Whether that is what the client has already, and would move away."""
    session = time.proposal.session
    return session is not None and obstacle.code in {"session", "buffer"} and obstacle.facts["session"] == session.pk


def _is_in_the_way(session: Session, time: CounterTime) -> bool:
    """Whether the client is with somebody else then; with whom is nobody's business."""
    return session.client_id == time.proposal.recipient_id and session.interval.overlaps(time.interval)


def _elsewhere(times: Sequence[CounterTime], provider: User) -> Any:
    first, last = min(each.interval.starts_at for each in times), max(each.interval.ends_at for each in times)
    people = {each.proposal.recipient_id for each in times}
    rows = Session.objects.holding().filter(client__in=people, during__overlap=(first, last))
    return rows.exclude(provider=provider)
