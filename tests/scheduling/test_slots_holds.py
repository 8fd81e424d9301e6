"""Holds: offered times and freed hours are closed to all but the one they are held for."""

from __future__ import annotations

import datetime as dt

import pytest

from scheduling.states import CaseStatus, ProposalStatus
from tests.factories import NOW, create_care, create_case, create_client, create_coach, create_proposal, create_session
from tests.scheduling.free_times import starts

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"
ALL_OF_MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00"]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def mornings():
    """Mondays 09:00–12:00, sessions of 50 minutes, a start every 30."""
    return create_coach(hours=[(0, "09:00", "12:00")])


@pytest.fixture
def maria(mornings):
    return create_client(of=mornings, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(mornings):
    return create_client(of=mornings, full_name="Nikos Georgiou")


@pytest.fixture
def offered(mornings, maria, nikos):
    """Nikos wants an hour of Maria's and is offered 09:00."""
    blocking = create_session(coach=mornings, client=maria, at=f"{TUESDAY} 10:00")
    case = create_case(coach=mornings, client=nikos, blocking=blocking)
    return create_proposal(case=case, offers=[f"{MONDAY} 09:00"], expires_at=NOW + dt.timedelta(hours=5))


def test_a_held_offer_is_open_to_its_recipient_only(mornings, maria, nikos, offered):
    assert starts(mornings, MONDAY) == ["10:00", "10:30", "11:00"]
    assert starts(mornings, MONDAY, for_client=maria) == ["10:00", "10:30", "11:00"]
    assert starts(mornings, MONDAY, for_client=nikos) == ALL_OF_MORNING


def test_an_offer_that_is_not_held_closes_nothing(mornings, offered):
    offered.offers.update(held=False)
    assert starts(mornings, MONDAY) == ALL_OF_MORNING


def test_an_offer_is_held_to_the_last_instant_of_its_proposal(mornings, offered):
    assert starts(mornings, MONDAY, now=offered.expires_at) == ["10:00", "10:30", "11:00"]
    assert starts(mornings, MONDAY, now=offered.expires_at + dt.timedelta(microseconds=1)) == ALL_OF_MORNING


def test_a_proposal_that_is_not_open_holds_nothing(mornings, offered):
    offered.status = ProposalStatus.WITHDRAWN
    offered.save(update_fields=["status"])
    assert starts(mornings, MONDAY) == ALL_OF_MORNING


def test_times_for_one_who_is_asked_to_move_are_held_too(mornings, maria, nikos):
    session = create_session(coach=mornings, client=maria, at=f"{TUESDAY} 10:00")
    create_proposal(session=session, offers=[f"{MONDAY} 11:00"])
    assert starts(mornings, MONDAY, for_client=nikos) == ["09:00", "09:30", "10:00"]
    assert starts(mornings, MONDAY, for_client=maria) == ALL_OF_MORNING


def test_a_pause_is_kept_beside_a_held_time(mornings, offered):
    mornings.buffer_minutes = 10
    assert starts(mornings, MONDAY) == ["10:00", "10:30", "11:00"]
    mornings.buffer_minutes = 11
    assert starts(mornings, MONDAY) == ["10:30", "11:00"]


def test_a_freed_hour_is_held_for_the_one_who_waits(mornings, maria, nikos):
    moved = create_session(coach=mornings, client=maria, at=f"{TUESDAY} 10:00")
    until = NOW + dt.timedelta(hours=48)
    case = create_case(coach=mornings, client=nikos, blocking=moved, at=f"{MONDAY} 11:00", held_until=until)
    assert starts(mornings, MONDAY, for_client=maria) == ["09:00", "09:30", "10:00"]
    assert starts(mornings, MONDAY, for_client=nikos) == ALL_OF_MORNING
    assert starts(mornings, MONDAY, now=until - MINUTE) == ["09:00", "09:30", "10:00"]
    assert starts(mornings, MONDAY, now=until) == ALL_OF_MORNING
    case.status, case.held_until = CaseStatus.WITHDRAWN, None
    case.save(update_fields=["status", "held_until"])
    assert starts(mornings, MONDAY) == ALL_OF_MORNING


def test_a_wish_whose_hour_is_not_free_yet_holds_nothing(mornings, maria, nikos):
    blocking = create_session(coach=mornings, client=maria, at=f"{TUESDAY} 10:00")
    create_case(coach=mornings, client=nikos, blocking=blocking, at=f"{MONDAY} 11:00")
    assert starts(mornings, MONDAY) == ALL_OF_MORNING


def test_what_another_coach_holds_closes_nothing_here(mornings, maria, nikos):
    other = create_coach(hours=[(0, "09:00", "12:00")])
    for client in (maria, nikos):
        create_care(client=client, provider=other)
    blocking = create_session(coach=other, client=maria, at=f"{TUESDAY} 10:00")
    offered = create_case(coach=other, client=nikos, blocking=blocking)
    create_proposal(case=offered, offers=[f"{MONDAY} 09:00"])
    create_case(coach=other, client=nikos, blocking=blocking, at=f"{MONDAY} 11:00", held_until=NOW + MINUTE)
    assert starts(mornings, MONDAY) == ALL_OF_MORNING
    assert starts(other, MONDAY) == ["10:00"]
