"""An hour that a client leaves, or would not have, goes to others and never back to that client."""

from __future__ import annotations

import datetime as dt

import pytest

from scheduling.actions.book import book_session
from scheduling.actions.cancel import cancel_session
from scheduling.actions.line import HELD_FOR
from scheduling.actions.move import move_session
from scheduling.actions.proposals import answer_proposal, decline_proposal, withdraw_proposal
from scheduling.actions.tick import tick
from scheduling.models import Session
from scheduling.states import CaseStatus, SessionStatus
from scheduling.wishes import Booking
from tests.factories import NOW, create_case, create_client, create_proposal, create_session, create_wait, hour, moment

pytestmark = pytest.mark.django_db

TEN, NOON = "2026-11-24 10:00", "2026-11-24 12:00"


def hours_of(client):
    """When the client's sessions begin, in order."""
    booked = Session.objects.filter(client=client, status=SessionStatus.SCHEDULED)
    return sorted(each.starts_at for each in booked)


def has_nothing(case):
    case.refresh_from_db()
    return case.held_until is None and not hours_of(case.client)


class TestSessionLeft:
    """Maria has Tuesday at ten, and would also come on any Tuesday morning."""

    @pytest.fixture
    def maria(self, coach):
        return create_client(of=coach)

    @pytest.fixture
    def session(self, coach, maria):
        return create_session(coach=coach, client=maria, at=TEN)

    @pytest.fixture(params=[True, False], ids=["books itself", "is held"])
    def wait(self, request, coach, maria, session):
        how = {"weekdays": [1], "starts": "09:00", "ends": "12:00", "first": "2026-11-24", "last": "2026-11-24"}
        return create_wait(coach=coach, client=maria, book_when_freed=request.param, **how)

    def test_cancelled(self, coach, session, wait):
        cancel_session(session.pk, by=coach.user, now=NOW, version=1, reason="ill")
        assert has_nothing(wait)

    def test_moved(self, coach, maria, session, wait):
        move_session(session.pk, hour(NOON), by=coach.user, now=NOW, version=1)
        wait.refresh_from_db()
        assert (wait.held_until, hours_of(maria)) == (None, [moment(NOON)])

    def test_answered(self, maria, session, wait):
        proposal = create_proposal(session=session, offers=[NOON])
        answer_proposal(proposal.pk, proposal.offers.get().pk, by=None, now=NOW)
        wait.refresh_from_db()
        assert (wait.held_until, hours_of(maria)) == (None, [moment(NOON)])

    def test_somebody_else_who_waits_has_it(self, coach, session, wait):
        other = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="09:00", ends="12:00")
        cancel_session(session.pk, by=coach.user, now=NOW, version=1)
        other.refresh_from_db()
        assert other.hour == hour(TEN)


class TestOfferNotTaken:
    """Nikos, on the waiting list, has two times to choose from."""

    @pytest.fixture(params=[True, False], ids=["books itself", "is held"])
    def wait(self, request, coach):
        how = {"weekdays": [1], "starts": "10:00", "ends": "13:00", "book_when_freed": request.param}
        return create_wait(coach=coach, client=create_client(of=coach), **how)

    @pytest.fixture
    def offered(self, wait):
        return create_proposal(case=wait, offers=[TEN, NOON])

    def test_none_fits(self, wait, offered):
        decline_proposal(offered.pk, "not on that Tuesday", by=None, now=NOW)
        assert has_nothing(wait)

    def test_taken_back(self, coach, wait, offered):
        withdraw_proposal(offered.pk, by=coach.user, now=NOW)
        assert has_nothing(wait)

    def test_never_answered(self, wait, offered):
        tick(now=offered.expires_at + dt.timedelta(minutes=1))
        assert has_nothing(wait)


def test_an_hour_held_for_who_is_booked_elsewhere_is_held_for_the_next(coach):
    blocking = create_session(coach=coach, client=create_client(of=coach), at=TEN)
    first, second = (
        create_case(coach=coach, client=create_client(of=coach), blocking=blocking, created_at=NOW + after)
        for after in (dt.timedelta(), dt.timedelta(minutes=1))
    )
    cancel_session(blocking.pk, by=coach.user, now=NOW, version=1)
    book_session(Booking(client=first.client, during=hour(NOON), case_id=first.pk), by=coach.user, now=NOW)
    for each in (first, second):
        each.refresh_from_db()
    assert (first.status, first.held_until) == (CaseStatus.RESOLVED, None)
    assert (second.hour, second.held_until) == (hour(TEN), NOW + HELD_FOR)
