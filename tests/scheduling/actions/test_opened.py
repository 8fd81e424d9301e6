from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.models import OutboxMessage
from config.kernel.errors import Busy
from config.kernel.time import Interval
from scheduling.actions import opened
from scheduling.actions.away import end_time_off
from scheduling.actions.freed import HELD_FOR
from scheduling.actions.hours import set_date
from scheduling.actions.proposals import answer_proposal, decline_proposal, withdraw_proposal
from scheduling.hours import Span, without
from scheduling.models import ConflictCase, Session, TimeOff
from scheduling.states import CaseStatus
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_proposal,
    create_session,
    create_time_off,
    create_wait,
    hour,
    moment,
)

pytestmark = pytest.mark.django_db
# A Tuesday; the coach works nine to five.
DAY, TEN, NOON, SIX = "2026-11-24", "2026-11-24 10:00", "2026-11-24 12:00", "2026-11-24 18:00"


@pytest.fixture
def evening(coach):
    """Somebody waits for a Tuesday evening."""
    return create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="17:00", ends="21:00")


def held(case):
    case.refresh_from_db()
    return case.hour_at(NOW)


def booked(case):
    case.refresh_from_db()
    return case.session.interval if case.status == CaseStatus.RESOLVED else None


class TestHoursWidened:
    def open_until_nine(self, coach):
        spans = (Span(dt.time(9), dt.time(21)),)
        return set_date(dt.date(2026, 11, 24), spans, by=coach.user, now=NOW)

    def test_first_hour_that_suits_is_held_and_the_coach_is_told(self, coach, evening):
        self.open_until_nine(coach)
        assert held(evening) == hour("2026-11-24 17:00")
        assert evening.held_until == NOW + HELD_FOR
        assert OutboxMessage.objects.filter(kind="hour_held").count() == 1

    def test_it_books_itself_if_so_ticked(self, coach, evening):
        ConflictCase.objects.update(book_when_freed=True)
        self.open_until_nine(coach)
        assert booked(evening) == hour("2026-11-24 17:00")

    def test_oldest_first_and_no_two_share_an_hour(self, coach, evening):
        younger = create_wait(
            coach=coach,
            client=create_client(of=coach),
            weekdays=[1],
            starts="17:00",
            ends="21:00",
            created_at=moment(TEN),
        )
        self.open_until_nine(coach)
        assert held(evening) == hour("2026-11-24 17:00")
        assert not held(younger).overlaps(held(evening))

    def test_time_that_was_open_before_is_offered_to_nobody(self, coach):
        content = create_wait(coach=coach, client=create_client(of=coach), starts="10:00", ends="12:00")
        self.open_until_nine(coach)
        assert held(content) is None


class TestTimeOffEnded:
    @pytest.fixture
    def away(self, coach):
        return create_time_off(coach=coach, starts=f"{DAY} 09:00", ends=f"{DAY} 17:00")

    def end(self, coach, away):
        return end_time_off(TimeOff.objects.get().pk, by=coach.user, now=NOW)

    def test_hour_of_it_is_held_for_who_waits_for_any(self, coach, away):
        case = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="12:00")
        self.end(coach, away)
        assert held(case) == hour(TEN)

    def test_named_hour_books_itself_now_that_nothing_speaks_against_it(self, coach, away):
        blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 10:00")
        case = create_case(coach=coach, client=create_client(of=coach), blocking=blocking, at=TEN, book_when_freed=True)
        self.end(coach, away)
        assert booked(case) == hour(TEN)

    def test_nobody_who_waits_costs_nothing_more(self, coach, away, django_assert_max_num_queries):
        with django_assert_max_num_queries(16):
            self.end(coach, away)


class TestOffersOver:
    """Nikos has ten and noon on offer, held for him; somebody else waits for just such an hour."""

    @pytest.fixture
    def offered(self, coach):
        blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 10:00")
        case = create_case(coach=coach, client=create_client(of=coach), blocking=blocking)
        return create_proposal(case=case, offers=[TEN, NOON])

    @pytest.fixture
    def waiting(self, coach, offered):
        return create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="13:00")

    def test_taken_back(self, coach, offered, waiting):
        withdraw_proposal(offered.pk, by=coach.user, now=NOW)
        assert held(waiting) == hour(TEN)

    def test_declined(self, offered, waiting):
        decline_proposal(offered.pk, "", by=None, now=NOW)
        assert held(waiting) == hour(TEN)

    def test_answered_with_the_other(self, offered, waiting):
        answer_proposal(offered.pk, offered.offers.order_by("during")[0].pk, by=None, now=NOW)
        assert held(waiting) == hour(NOON)

    def test_ended(self, coach, offered, waiting):
        over = offered.expires_at + dt.timedelta(minutes=1)
        opened.end_due(coach.pk, now=over)
        waiting.refresh_from_db()
        assert waiting.hour_at(over) == hour(TEN)

    def test_books_itself_if_so_ticked(self, coach, offered, waiting):
        ConflictCase.objects.filter(pk=waiting.pk).update(book_when_freed=True)
        withdraw_proposal(offered.pk, by=coach.user, now=NOW)
        assert booked(waiting) == hour(TEN)
        assert Session.objects.filter(client=waiting.client).count() == 1

    @pytest.mark.parametrize("end", ["withdrawn", "declined", "answered"])
    def test_what_ended_long_ago_and_is_sent_again_gives_nobody_anything(self, coach, offered, end):
        ends = {
            "withdrawn": lambda: withdraw_proposal(offered.pk, by=coach.user, now=NOW),
            "declined": lambda: decline_proposal(offered.pk, "", by=None, now=NOW),
            "answered": lambda: answer_proposal(offered.pk, offered.offers.order_by("during")[0].pk, by=None, now=NOW),
        }
        ends[end]()
        late = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="13:00")
        ends[end]()
        assert held(late) is None


def test_a_locked_calendar_keeps_nobody_from_what_was_done(coach, evening, monkeypatch, caplog):
    def busy(*args, **how):
        raise Busy()

    monkeypatch.setattr(opened, "_serve", busy)
    spans = (Span(dt.time(9), dt.time(21)),)
    set_date(dt.date(2026, 11, 24), spans, by=coach.user, now=NOW)
    assert held(evening) is None
    assert f"calendar {coach.pk} " in caplog.text


@st.composite
def pieces(draw):
    edges = sorted(draw(st.sets(st.integers(0, 40), max_size=8)))
    return [
        Interval(NOW + dt.timedelta(hours=begin), NOW + dt.timedelta(hours=end))
        for begin, end in zip(edges[::2], edges[1::2], strict=False)
    ]


@given(pieces(), pieces())
def test_what_is_left_is_in_the_one_and_in_none_of_the_others(hours, others):
    def quarters(spans):
        return {
            minute
            for each in spans
            for minute in range(0, 41 * 60, 15)
            if each.starts_at <= NOW + dt.timedelta(minutes=minute) < each.ends_at
        }

    assert quarters(without(hours, others)) == quarters(hours) - quarters(others)
