"""All that is open between a coach and clients, as one list in the order in which it is the coach's turn: what Pending
shows, and what the menu and the home page count."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scheduling.queries.asks import AskStand, PlainAsk, plain_asks
from scheduling.queries.conflicts import PendingWish, pending_cases
from scheduling.queries.stands import Stand
from scheduling.queries.swaps import SwapStand, asked_swaps

if TYPE_CHECKING:
    import datetime as dt
    from typing import TypeAlias

    from clients.models import User
    from scheduling.queries.swaps import AskedSwap

    Question: TypeAlias = PendingWish | PlainAsk | AskedSwap

# What came of a question is told for some days, but nothing is open about it.
_NEWS = frozenset({AskStand.MOVED, SwapStand.DONE})
# A wish whose offer somebody can still answer.
_OFFERS = frozenset({Stand.ASKED, Stand.OFFERED, Stand.TAKEN})


def questions(provider: User, *, now: dt.datetime) -> list[Question]:
    """Every open wish and question, and what came of those that ended lately.

    Hours that can be booked now come first, then what else needs the coach, then the rest, news last; within these,
    what ends soonest, then the oldest.  Eight queries, and a few more if there are swaps or a waiting list."""
    found: list[Question] = [
        *pending_cases(provider, now=now),
        *plain_asks(provider, now=now),
        *asked_swaps(provider, now=now),
    ]
    return sorted(found, key=_turn)


def is_open(question: Question) -> bool:
    """Whether it is more than the news of what came of it."""
    return question.stand not in _NEWS


def ends_at(question: Question) -> dt.datetime | None:
    """When it ends by itself unless somebody answers or books; None when it waits for the coach however long."""
    if not isinstance(question, PendingWish):
        return question.expires_at if question.stand in {AskStand.OPEN, SwapStand.ASKED, SwapStand.AGREED} else None
    if question.stand == Stand.FREE:
        return question.held_until
    if question.proposal and question.stand in _OFFERS:
        return question.proposal.expires_at
    return question.behind_until


def _turn(question: Question) -> tuple[bool, bool, bool, float, float]:
    ends = ends_at(question)
    first = (question.stand != Stand.FREE, not question.needs_coach, not is_open(question))
    return (*first, ends.timestamp() if ends else math.inf, question.since.timestamp())
