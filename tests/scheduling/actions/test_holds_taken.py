"""An hour that is held for somebody, and is somebody else's all the same."""

from __future__ import annotations

import datetime as dt

import pytest

from scheduling.actions.book import book_session
from scheduling.actions.cancel import cancel_session
from scheduling.actions.freed import HELD_FOR
from scheduling.actions.move import move_session
from scheduling.actions.proposals import answer_proposal
from scheduling.actions.swap import Swap, swap_sessions
from scheduling.actions.undo import undo_change
from scheduling.models import Session
from scheduling.states import SessionStatus
from scheduling.wishes import Booking
from tests.factories import NOW, create_case, create_client, create_proposal, create_session, create_wait, hour

pytestmark = pytest.mark.django_db
# A Tuesday.
DAY, TEN, NOON = "2026-11-24", "2026-11-24 10:00", "2026-11-24 12:00"


def overrule(coach, during):
    booking = Booking(client=create_client(of=coach), during=during, overrule=True)
    return book_session(booking, by=coach.user, now=NOW)


def held(case):
    case.refresh_from_db()
    return case.hour if case.held_until else None


class TestNamedHour:
    """Nikos has named ten o'clock; it is held for him, and the coach books it for somebody else."""

    @pytest.fixture
    def nikos(self, coach):
        blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 10:00")
        client = create_client(of=coach)
        return create_case(
            coach=coach, client=client, blocking=blocking, at=TEN, held_until=NOW + dt.timedelta(hours=1)
        )

    def test_it_is_held_no_more_and_is_wanted_still(self, coach, nikos):
        overrule(coach, hour(TEN))
        assert (held(nikos), nikos.interval) == (None, hour(TEN))

    def test_free_again_it_is_held_as_long_as_any(self, coach, nikos):
        session = overrule(coach, hour(TEN))
        cancel_session(session.pk, by=coach.user, now=NOW, version=1)
        assert (held(nikos), nikos.held_until) == (hour(TEN), NOW + HELD_FOR)

    def test_undo_of_that_is_not_refused(self, coach, nikos):
        session = overrule(coach, hour(TEN))
        cancel_session(session.pk, by=coach.user, now=NOW, version=1)
        undo_change(session.pk, by=coach.user, now=NOW, version=2)
        assert Session.objects.get(pk=session.pk).status == SessionStatus.SCHEDULED
        assert held(nikos) is None


def test_what_is_left_of_it_goes_to_who_can_do_with_less(coach):
    for at in ("09:00", "12:00", "13:00", "14:00", "15:00", "16:00"):
        create_session(coach=coach, client=create_client(of=coach), at=f"{DAY} {at}", minutes=60)
    morning = {"weekdays": [1], "starts": "09:00", "ends": "13:00"}
    two_hours = create_wait(coach=coach, client=create_client(of=coach), minutes=120, at=TEN, **morning)
    one_hour = create_wait(coach=coach, client=create_client(of=coach), minutes=60, **morning)
    overrule(coach, hour(TEN, minutes=60))
    assert (held(two_hours), held(one_hour)) == (None, hour(f"{DAY} 11:00", minutes=60))


class TestClientsOwn:
    """Maria has a session, and waits for another one, for which ten o'clock is held."""

    @pytest.fixture
    def maria(self, coach):
        return create_client(of=coach)

    @pytest.fixture
    def waits(self, coach, maria):
        return create_wait(coach=coach, client=maria, weekdays=[1], starts="10:00", ends="13:00", at=TEN)

    def test_when_the_one_that_she_has_moves_there_she_waits_for_the_next(self, coach, maria, waits):
        session = create_session(coach=coach, client=maria, at=f"{DAY} 15:00")
        move_session(session.pk, hour(TEN), by=coach.user, now=NOW, version=1)
        assert held(waits) is None
        other = create_session(coach=coach, client=create_client(of=coach), at=NOON)
        cancel_session(other.pk, by=coach.user, now=NOW, version=1)
        assert held(waits) == hour(NOON)

    def test_when_she_picks_that_very_time_for_another_wish_she_waits_for_the_next(self, coach, maria, waits):
        blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 10:00")
        named = create_case(coach=coach, client=maria, blocking=blocking)
        offered = create_proposal(case=named, offers=[TEN])
        answer_proposal(offered.pk, offered.offers.get().pk, by=None, now=NOW)
        assert Session.objects.get(client=maria).interval == hour(TEN)
        assert held(waits) is None

    def test_so_she_does_when_it_is_swapped_there(self, coach, maria, waits):
        session = create_session(coach=coach, client=maria, at=f"{DAY} 15:00")
        other = create_session(coach=coach, client=create_client(of=coach), at=TEN)
        swap = Swap(first=session.pk, second=other.pk, versions=(1, 1), overrule=True)
        swap_sessions(swap, by=coach.user, now=NOW)
        assert held(waits) is None
