"""What stands in the way of a client's own time: not what is kept for that very client, whatever others are called."""

from __future__ import annotations

import pytest

from scheduling.queries.asks import plain_asks
from scheduling.queries.conflicts import pending_cases
from scheduling.queries.counters import with_counters
from tests.factories import NOW, create_case, create_client, create_counter, create_proposal, create_session

pytestmark = pytest.mark.django_db
TEN, FOUR, MAYBE = "2026-11-24 10:00", "2026-11-25 16:00", "2026-12-01 10:00"
NAME = "Maria Papadopoulou"


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


@pytest.fixture
def case(coach, session):
    """Whose client wrote a time instead of those offered."""
    case = create_case(coach=coach, client=create_client(of=coach, full_name=NAME), blocking=session)
    create_counter(proposal=create_proposal(case=case, offers=[MAYBE]), at=FOUR)
    return case


def hold(coach, session, client):
    """Keep the written time for that client."""
    create_proposal(case=create_case(coach=coach, client=client, blocking=session), offers=[FOUR])


def why(coach, case):
    wishes = with_counters(pending_cases(coach.user, now=NOW), coach.user, now=NOW)
    (way,) = next(wish for wish in wishes if wish.id == case.pk).counters
    return way.why


def test_hold_for_a_namesake_is_in_the_way(coach, session, case):
    hold(coach, session, create_client(of=coach, full_name=NAME))
    assert why(coach, case) == f"Held for {NAME}"


def test_hold_for_the_client_is_not_in_the_way(coach, session, case):
    hold(coach, session, case.client)
    assert why(coach, case) == ""


def test_own_session_is_not_in_the_way_and_another_beside_it_is(coach, session):
    coach.buffer_minutes = 10
    coach.save()
    create_counter(proposal=create_proposal(session=session, offers=[MAYBE]), at="2026-11-24 10:55")
    (ask,) = with_counters(plain_asks(coach.user, now=NOW), coach.user, now=NOW)
    assert [way.why for way in ask.counters] == [""]
    create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 11:46")
    (ask,) = with_counters(plain_asks(coach.user, now=NOW), coach.user, now=NOW)
    assert [bool(way.why) for way in ask.counters] == [True]
