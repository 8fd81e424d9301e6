"""What is marked as opened comes to whoever waits, now or later, however it came to be open."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from config.kernel.errors import Busy
from scheduling.actions import serve
from scheduling.actions.conflicts import let_go, offer_times
from scheduling.actions.freed import HELD_FOR
from scheduling.actions.hours import set_booking_rules, set_date
from scheduling.actions.tick import tick
from scheduling.hours import Span
from scheduling.queries.hours import rules_of
from scheduling.states import CaseStatus
from scheduling.wishes import Booking, OfferTimes
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_session,
    create_wait,
    hour,
)

pytestmark = pytest.mark.django_db
# A Tuesday; the coach works nine to five.
DAY, TEN = "2026-11-24", "2026-11-24 10:00"


@pytest.fixture
def evening(coach):
    """Somebody waits for a Tuesday evening."""
    return create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="17:00", ends="21:00")


def held(case):
    case.refresh_from_db()
    return case.hour_at(NOW)


@pytest.mark.parametrize("trouble", [Busy, RuntimeError])
def test_what_cannot_be_given_at_once_stands_and_is_given_later(coach, evening, monkeypatch, caplog, trouble):
    def fails(*args, **how):
        raise trouble()

    with monkeypatch.context() as broken:
        broken.setattr(serve, "_serve", fails)
        spans = (Span(dt.time(9), dt.time(21)),)
        set_date(dt.date(2026, 11, 24), spans, by=coach.user, now=NOW)
    assert held(evening) is None
    assert str(coach.pk) in caplog.text
    assert tick(now=NOW).failed == 0
    assert held(evening) == hour("2026-11-24 17:00")
    assert tick(now=NOW).calendars == 0


class TestHoldRunsOut:
    """Ten o'clock was held for Nikos, who had named it, and he never said anything."""

    @pytest.fixture
    def nikos(self, coach):
        blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 10:00")
        client = create_client(of=coach)
        return create_case(coach=coach, client=client, blocking=blocking, at=TEN, held_until=NOW + HELD_FOR)

    @pytest.mark.parametrize("books", [True, False])
    def test_who_is_next_has_the_turn_and_he_waits_on(self, coach, nikos, books):
        next_one = create_wait(
            coach=coach,
            client=create_client(of=coach),
            weekdays=[1],
            starts="10:00",
            ends="11:00",
            book_when_freed=books,
        )
        over = NOW + HELD_FOR + dt.timedelta(minutes=1)
        assert tick(now=over).calendars == 1
        next_one.refresh_from_db()
        nikos.refresh_from_db()
        assert next_one.hour == hour(TEN)
        assert next_one.status == (CaseStatus.RESOLVED if books else CaseStatus.PENDING_RESOLUTION)
        assert (nikos.status, nikos.held_until, nikos.interval) == (CaseStatus.PENDING_RESOLUTION, None, hour(TEN))
        assert tick(now=over).calendars == 0

    def test_it_does_not_come_back_when_his_wish_is_taken_up_again(self, coach, nikos):
        create_session(coach=coach, client=create_client(of=coach), at=TEN)
        over = NOW + HELD_FOR + dt.timedelta(minutes=1)
        offers, expires_at = (hour("2026-11-25 10:00"),), over + dt.timedelta(hours=20)
        booking = Booking(client=nikos.client, during=hour(TEN))
        offer_times(OfferTimes(booking=booking, offers=offers, expires_at=expires_at), by=coach.user, now=over)
        nikos.refresh_from_db()
        assert (nikos.status, nikos.held_until) == (CaseStatus.PENDING_RESOLUTION, None)

    def test_he_lets_it_go_and_does_not_get_it_by_another_wish(self, coach, nikos):
        other = create_wait(coach=coach, client=nikos.client, weekdays=[1], starts="10:00", ends="11:00")
        let_go(nikos.pk, by=coach.user, now=NOW)
        assert held(other) is None

    def test_he_does_not_get_it_again_by_another_wish(self, coach, nikos):
        other = create_wait(coach=coach, client=nikos.client, weekdays=[1], starts="10:00", ends="11:00")
        tick(now=NOW + HELD_FOR + dt.timedelta(minutes=1))
        other.refresh_from_db()
        assert other.hour is None


class TestCalendarReachesFurther:
    def change(self, coach, **rules):
        coach.refresh_from_db()
        standing = rules_of(coach)
        wanted = dataclasses.replace(standing, **rules)
        set_booking_rules(wanted, by=coach.user, now=NOW, seen=standing.token)

    def test_further_ahead(self, coach):
        self.change(coach, horizon_days=3)
        case = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="11:00")
        self.change(coach, horizon_days=60)
        assert held(case) == hour(TEN)

    def test_sooner(self, coach):
        self.change(coach, notice_minutes=7 * 24 * 60)
        case = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="11:00")
        self.change(coach, notice_minutes=60)
        assert held(case) == hour(TEN)

    def test_shorter_pauses(self, coach):
        self.change(coach, buffer_minutes=30)
        for at in ("09:00", "11:00"):
            create_session(coach=coach, client=create_client(of=coach), at=f"{DAY} {at}", minutes=60)
        case = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="11:00")
        self.change(coach, buffer_minutes=0)
        assert held(case) == hour(TEN)

    @pytest.mark.parametrize("books", [True, False])
    def test_by_the_passing_of_time(self, coach, books):
        self.change(coach, horizon_days=3)
        tuesday = {"weekdays": [1], "starts": "10:00", "ends": "11:00", "book_when_freed": books}
        case = create_wait(coach=coach, client=create_client(of=coach), **tuesday)
        assert [tick(now=NOW).calendars, tick(now=NOW).calendars] == [1, 0]
        assert held(case) is None
        later = NOW + dt.timedelta(days=1)
        assert [tick(now=later).calendars, tick(now=later).calendars] == [1, 0]
        case.refresh_from_db()
        assert case.hour == hour(TEN)
        assert case.status == (CaseStatus.RESOLVED if books else CaseStatus.PENDING_RESOLUTION)

    def test_what_is_free_already_when_somebody_begins_to_wait_is_for_the_coach_to_give(self, coach):
        case = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="11:00")
        for day in range(3):
            tick(now=NOW + dt.timedelta(days=day))
        case.refresh_from_db()
        assert case.hour is None

    def test_what_could_be_had_before_is_given_to_nobody(self, coach):
        case = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="11:00")
        self.change(coach, horizon_days=360)
        assert held(case) is None
