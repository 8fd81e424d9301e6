from __future__ import annotations

import datetime as dt

import pytest

from scheduling.actions.proposals import answer_proposal, decline_proposal
from scheduling.queries import home
from scheduling.queries.asks import AskStand
from scheduling.queries.counts import pending_count
from scheduling.queries.pending import ends_at, is_open, questions
from scheduling.queries.stands import Stand
from scheduling.queries.swaps import SwapStand
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TONIGHT = factories.moment("2026-11-20 22:00")


@pytest.fixture
def sessions(coach):
    """Four clients, one an hour on Tuesday."""
    return [
        factories.create_session(coach=coach, client=factories.create_client(of=coach), at=f"2026-11-24 {hour}:00")
        for hour in (10, 11, 12, 13)
    ]


def stands(coach, now=NOW):
    """How they stand, in their order; the menu counts those that are open."""
    listed = questions(coach.user, now=now)
    assert pending_count(coach.user, now=now) == sum(map(is_open, listed))
    return [each.stand for each in listed]


def test_wishes_questions_and_swaps_are_one_list_and_what_ends_soonest_comes_first(coach, sessions):
    first, second, third, fourth = sessions
    wish = factories.create_case(coach=coach, client=third.client, blocking=fourth)
    late = factories.create_proposal(case=wish, offers=["2026-11-27 10:00"])
    factories.create_swap(first, second, expires_at=TONIGHT)
    soon = factories.create_proposal(
        session=third, offers=["2026-11-26 10:00"], expires_at=TONIGHT - dt.timedelta(hours=1)
    )
    listed = questions(coach.user, now=NOW)
    assert [each.stand for each in listed] == [AskStand.OPEN, SwapStand.ASKED, Stand.OFFERED]
    assert [ends_at(each) for each in listed] == [soon.expires_at, TONIGHT, late.expires_at]
    assert stands(coach) == [each.stand for each in listed]


def test_what_needs_the_coach_comes_before_what_ends_and_news_come_last(coach, sessions):
    first, second, third, _ = sessions
    moved = factories.create_proposal(session=first, offers=["2026-12-15 10:00"])
    answer_proposal(moved.pk, moved.offers.get().pk, by=None, now=NOW)
    factories.create_proposal(session=second, offers=["2026-11-26 10:00"], expires_at=TONIGHT)
    kept = factories.create_proposal(session=third, offers=["2026-11-27 10:00"])
    decline_proposal(kept.pk, "", by=None, now=NOW, keeps=True)
    assert stands(coach) == [AskStand.KEPT, AskStand.OPEN, AskStand.MOVED]


def test_a_swap_that_took_place_is_news_and_not_open(coach, sessions):
    for proposal in factories.create_swap(*sessions[:2]):
        answer_proposal(proposal.pk, proposal.offers.get().pk, by=None, now=NOW)
    assert stands(coach) == [SwapStand.DONE]
    assert pending_count(coach.user, now=NOW) == 0
    assert home.waiting_for(coach.user, coach, now=NOW).is_nothing


def test_home_counts_questions_and_swaps_as_well(coach, sessions):
    first, second, third, fourth = sessions
    factories.create_swap(first, second, expires_at=TONIGHT)
    factories.create_proposal(session=third, offers=["2026-11-26 10:00"], expires_at=TONIGHT)
    kept = factories.create_proposal(session=fourth, offers=["2026-11-27 10:00"])
    decline_proposal(kept.pk, "", by=None, now=NOW, keeps=True)
    waiting = home.waiting_for(coach.user, coach, now=NOW)
    assert (waiting.free, waiting.stuck, waiting.ending) == (0, 1, 2)
