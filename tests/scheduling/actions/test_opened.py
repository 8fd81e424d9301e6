from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.models import OutboxMessage
from config.kernel.time import Interval
from scheduling.actions import serve
from scheduling.actions.away import end_time_off
from scheduling.actions.book import book_session
from scheduling.actions.cancel import cancel_session
from scheduling.actions.conflicts import offer_again, withdraw_case
from scheduling.actions.freed import HELD_FOR
from scheduling.actions.hours import set_date
from scheduling.actions.move import move_session
from scheduling.actions.proposals import answer_proposal, decline_proposal, withdraw_proposal
from scheduling.actions.swap import Swap, swap_sessions
from scheduling.hours import Span, without
from scheduling.models import ConflictCase, OpenedTime, Session, TimeOff
from scheduling.states import CaseStatus
from scheduling.wishes import Booking
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
DAY, TEN, NOON = "2026-11-24", "2026-11-24 10:00", "2026-11-24 12:00"


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

    def test_named_hour_at_the_end_of_a_long_leave_is_not_forgotten(self, coach):
        leave = create_time_off(coach=coach, starts=f"{DAY} 09:00", ends="2027-05-01 00:00")
        blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-23 10:00")
        late = "2027-04-20 10:00"
        case = create_case(coach=coach, client=create_client(of=coach), blocking=blocking, at=late)
        self.end(coach, leave)
        case.refresh_from_db()
        assert case.held_until == NOW + HELD_FOR

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
        serve.end_due(coach.pk, now=over)
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


def test_nothing_is_marked_while_nobody_else_waits(coach):
    spans = (Span(dt.time(9), dt.time(21)),)
    set_date(dt.date(2026, 11, 24), spans, by=coach.user, now=NOW)
    assert not OpenedTime.objects.exists()


class TestEndsByTheWay:
    """Nikos has Tuesday at ten on offer, held for him; Eleni waits for a Tuesday morning.  His offer ends by what
    somebody does about something else."""

    @pytest.fixture
    def nikos(self, coach):
        return create_client(of=coach)

    @pytest.fixture
    def case(self, coach, nikos):
        blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 10:00")
        return create_case(coach=coach, client=nikos, blocking=blocking)

    @pytest.fixture
    def offered(self, case):
        return create_proposal(case=case, offers=[TEN])

    @pytest.fixture
    def eleni(self, coach, offered):
        return create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="11:00")

    def test_his_wish_is_withdrawn(self, coach, case, eleni):
        withdraw_case(case.pk, by=coach.user, now=NOW)
        assert held(eleni) == hour(TEN)

    def test_he_gets_other_times(self, coach, case, eleni):
        offer_again(case.pk, [hour(NOON)], NOW + dt.timedelta(days=1), "", by=coach.user, now=NOW)
        assert held(eleni) == hour(TEN)

    def test_he_gets_the_same_time_again(self, coach, case, eleni):
        offer_again(case.pk, [hour(TEN)], NOW + dt.timedelta(days=1), "", by=coach.user, now=NOW)
        assert held(eleni) is None

    def test_he_is_booked_by_hand(self, coach, case, nikos, eleni):
        cancel_session(case.blocking_session_id, by=coach.user, now=NOW, version=1)
        book_session(Booking(client=nikos, during=case.interval), by=coach.user, now=NOW)
        assert held(eleni) == hour(TEN)

    def test_it_is_over_when_another_is_booked(self, coach, offered, eleni):
        over, other = offered.expires_at + dt.timedelta(minutes=1), create_client(of=coach)
        book_session(Booking(client=other, during=hour("2026-11-27 12:00")), by=coach.user, now=over)
        eleni.refresh_from_db()
        assert eleni.hour_at(over) == hour(TEN)

    @pytest.mark.parametrize("change", ["cancelled", "moved", "swapped"])
    def test_the_session_that_was_asked_about_is(self, coach, eleni, offered, change):
        withdraw_proposal(offered.pk, by=coach.user, now=NOW)
        ConflictCase.objects.filter(pk=eleni.pk).update(wanted=None, held_until=None)
        asked = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 12:00")
        create_proposal(session=asked, offers=[TEN])
        if change == "cancelled":
            cancel_session(asked.pk, by=coach.user, now=NOW, version=1)
        elif change == "moved":
            move_session(asked.pk, hour("2026-11-26 14:00"), by=coach.user, now=NOW, version=1)
        else:
            other = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 15:00")
            swap_sessions(Swap(first=asked.pk, second=other.pk, versions=(1, 1)), by=coach.user, now=NOW)
        assert held(eleni) == hour(TEN)

    def test_she_does_not_get_what_was_on_offer_to_herself(self, coach, offered):
        declined = offered.recipient
        hers = create_wait(coach=coach, client=declined, weekdays=[1], starts="10:00", ends="11:00")
        withdraw_proposal(offered.pk, by=coach.user, now=NOW)
        assert (held(hers), OpenedTime.objects.count()) == (None, 0)


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
