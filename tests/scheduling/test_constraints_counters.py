from __future__ import annotations

import pytest

from tests.raw import ANSWERED, CHECK, PROPOSAL, UNIQUE, hours, insert, update

COUNTER = "scheduling_countertime"
NOON, ONE, TWO, THREE = (("12:00", "12:50"), ("13:00", "13:50"), ("14:00", "14:50"), ("15:00", "15:50"))


@pytest.fixture
def coach(raw):
    return raw.coach()


@pytest.fixture
def proposal(raw, coach):
    """Times put to a wisher, who has not answered."""
    wisher = raw.client(coach)
    case = raw.case(coach, wisher, raw.book(coach, raw.client(coach)))
    return raw.offer_times(case, coach, wisher)


def decline(raw, proposal, **fields):
    raw(*update(PROPOSAL, proposal, status="declined", answered_at=ANSWERED, **fields))


def written(proposal, at=NOON, place=1):
    return {"proposal_id": proposal, "place": place, "during": hours(*at)}


def test_own_times_go_with_none_fits_and_with_nothing_else(raw, proposal, coach):
    raw.refused_at_commit("counter_is_of_declined", insert(COUNTER, **written(proposal)))
    session = raw.book(coach, keeper := raw.client(coach), *THREE)
    kept = raw.ask_to_move(session, coach, keeper)
    decline(raw, kept, keeps=True)
    raw.commit()
    raw.refused_at_commit("counter_is_of_declined", insert(COUNTER, **written(kept)))
    decline(raw, proposal)
    raw.make(COUNTER, **written(proposal))
    raw.commit()


def test_there_are_three_at_most_each_in_its_place_and_no_time_twice(raw, proposal):
    decline(raw, proposal)
    for place, at in enumerate((NOON, ONE, TWO), 1):
        raw.make(COUNTER, **written(proposal, at, place))
    raw.refused(UNIQUE, "counter_place_once", insert(COUNTER, **written(proposal, THREE, 3)))
    for place in (0, 4):
        raw.refused(CHECK, "counter_place_one_to_three", insert(COUNTER, **written(proposal, THREE, place)))


def test_no_time_is_written_twice(raw, proposal):
    decline(raw, proposal)
    raw.make(COUNTER, **written(proposal))
    raw.refused(UNIQUE, "counter_once_in_proposal", insert(COUNTER, **written(proposal, NOON, 2)))


def test_time_is_one_that_a_session_may_have(raw, proposal):
    decline(raw, proposal)
    raw.refused(CHECK, "counter_during_is_sane", insert(COUNTER, **written(proposal, ("12:00", "21:00"))))
    raw.refused(CHECK, "counter_during_is_sane", insert(COUNTER, **written(proposal, ("12:00", "12:04"))))


def test_one_is_accepted_and_for_good(raw, proposal):
    decline(raw, proposal)
    first, second = (raw.make(COUNTER, **written(proposal, at, place)) for place, at in enumerate((NOON, ONE), 1))
    raw(*update(COUNTER, first, accepted_at=ANSWERED))
    raw.refused(UNIQUE, "counter_accepted_once", update(COUNTER, second, accepted_at=ANSWERED))
    raw.refused(CHECK, "counter_stands", update(COUNTER, first, accepted_at=None))


def test_what_was_written_stays_as_it_was(raw, proposal):
    decline(raw, proposal)
    counter = raw.make(COUNTER, **written(proposal))
    raw.refused(CHECK, "counter_stands", update(COUNTER, counter, during=hours(*TWO)))
    raw.refused(CHECK, "counter_stands", update(COUNTER, counter, place=2))
