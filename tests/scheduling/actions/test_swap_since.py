"""What came up between the coach's question and the second yes: it is the coach's to overrule, not the clients'."""

from __future__ import annotations

import pytest

from scheduling.actions.proposals import answer_proposal
from scheduling.actions.swap import accept_swap
from scheduling.errors import NeedsOverrule
from scheduling.states import ProposalStatus
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_proposal,
    create_session,
    create_swap,
    create_time_off,
    hour,
)

pytestmark = pytest.mark.django_db

TEN, TWO = "2026-11-24 10:00", "2026-11-25 14:00"


def yes(proposal):
    return answer_proposal(proposal.pk, proposal.offers.get().pk, by=None, now=NOW)


@pytest.fixture
def longer(coach):
    """It would reach half an hour further than what stands at ten."""
    return create_session(coach=coach, client=create_client(of=coach), at=TWO, minutes=90)


@pytest.fixture
def asked(coach, longer):
    return create_swap(create_session(coach=coach, client=create_client(of=coach), at=TEN), longer)


def stays(session, asked):
    session.refresh_from_db()
    for each in asked:
        each.refresh_from_db()
    assert session.interval == hour(TWO, minutes=90)
    assert [(each.status, each.agreed_at) for each in asked] == [(ProposalStatus.OPEN, NOW)] * 2


def test_a_time_that_is_held_for_a_third_is_still_theirs(coach, longer, asked):
    blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 10:00")
    case = create_case(coach=coach, client=create_client(of=coach), blocking=blocking)
    held = create_proposal(case=case, offers=["2026-11-24 11:00"])
    for each in asked:
        yes(each)
    stays(longer, asked)
    assert yes(held).session.interval == hour("2026-11-24 11:00")


def test_a_time_off_taken_since_is_said_to_the_coach_who_may_overrule_it(coach, longer, asked):
    create_time_off(coach=coach, starts="2026-11-24 11:00", ends="2026-11-24 17:00")
    for each in asked:
        yes(each)
    stays(longer, asked)
    with pytest.raises(NeedsOverrule) as refused:
        accept_swap(asked[0].pk, by=coach.user, now=NOW)
    assert [each.code for each in refused.value.obstacles] == ["time_off"]
    accept_swap(asked[0].pk, by=coach.user, now=NOW, overrule=True)
    longer.refresh_from_db()
    assert longer.interval == hour(TEN, minutes=90)
