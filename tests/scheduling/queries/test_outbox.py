"""What waits to be told, and is not told when it is not so any more."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.models import Care, OutboxMessage
from scheduling.actions import book, cancel, mark, move
from scheduling.actions.proposals import answer_proposal, decline_proposal, withdraw_proposal
from scheduling.actions.series import book_series
from scheduling.actions.undo import undo_change
from scheduling.models import Message, Session
from scheduling.queries.outbox import is_in_burst, is_still_true
from scheduling.wishes import Booking, Series, SeriesHour
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_message,
    create_proposal,
    create_session,
    create_swap,
    hour,
)

pytestmark = pytest.mark.django_db
QUESTIONS = ["times_offered", "asked_to_move", "swap_proposed", "proposal_extended", "proposal_reminded"]
TEN, NOON, THREE = "2026-11-24 10:00", "2026-11-24 12:00", "2026-11-24 15:00"


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


def act(session, deed, version, **what):
    return deed(session.pk, by=session.provider, now=NOW, version=version, **what)


def move_it(session, version, at=NOON):
    return act(session, move.move_session, version, during=hour(at))


def cancel_it(session, version):
    return act(session, cancel.cancel_session, version)


def still_true():
    """{(kind, version): whether it may be sent}, of what the client would hear."""
    waiting = OutboxMessage.objects.filter(recipient__startswith="client:").order_by("pk")
    return {(message.kind, message.version): is_still_true(message) for message in waiting}


def test_news_of_a_change_that_stands_is_sent(session):
    move_it(session, 1)
    assert still_true() == {("session_moved", 2): True}


def test_news_waits_until_undo_is_over(session):
    move_it(session, 1)
    assert OutboxMessage.objects.get().not_before == NOW + dt.timedelta(seconds=20)


@pytest.mark.parametrize(("deed", "kind"), [(move_it, "session_moved"), (cancel_it, "session_cancelled")])
def test_news_of_what_was_undone_is_dropped(session, deed, kind):
    deed(session, 1)
    act(session, undo_change, 2)
    message = OutboxMessage.objects.get()
    assert still_true() == {(kind, 2): False}
    assert message.version < Session.objects.get().version


def test_only_the_last_of_two_moves_is_told(session):
    move_it(session, 1)
    move_it(session, 2, THREE)
    assert still_true() == {("session_moved", 2): False, ("session_moved", 3): True}


def test_a_move_is_told_when_the_next_one_was_undone(session):
    move_it(session, 1)
    move_it(session, 2, THREE)
    act(session, undo_change, 3)
    assert still_true() == {("session_moved", 2): True, ("session_moved", 3): False}


def test_a_move_is_not_told_of_what_is_cancelled_since(session):
    move_it(session, 1)
    cancel_it(session, 2)
    assert still_true() == {("session_moved", 2): False, ("session_cancelled", 3): True}


def test_a_move_is_told_though_the_session_was_paid_since(session):
    move_it(session, 1)
    act(session, mark.mark_paid, 2, paid=True)
    assert still_true() == {("session_moved", 2): True}


def test_a_cancellation_after_one_that_was_undone_is_told(session):
    cancel_it(session, 1)
    act(session, undo_change, 2)
    cancel_it(session, 3)
    assert still_true() == {("session_cancelled", 2): False, ("session_cancelled", 4): True}


def test_a_booking_is_told_while_the_session_takes_place(coach, session):
    booked = book.book_session(Booking(client=session.client, during=hour(NOON)), by=coach.user, now=NOW)
    assert still_true() == {("session_booked", 1): True}
    cancel_it(booked, 1)
    assert still_true()[("session_booked", 1)] is False


def test_a_hold_is_told_while_it_is_kept(coach, session, clock):
    create_case(coach=coach, client=create_client(of=coach), blocking=session)
    cancel_it(session, 1)
    held = OutboxMessage.objects.get(kind="hour_held")
    assert is_still_true(held) is True
    act(session, undo_change, 2)
    assert is_still_true(held) is False


def test_what_is_told_at_once_is_always_true():
    assert is_still_true(OutboxMessage(kind="proposal_withdrawn", object="proposal:5", version=1)) is True


def waits(kind, proposal):
    return is_still_true(OutboxMessage(kind=kind, object=f"proposal:{proposal.pk}", version=1))


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_question_is_told_while_it_can_be_answered(coach, session, kind, clock):
    proposal = create_proposal(session=session, offers=[NOON])
    assert waits(kind, proposal) is True
    withdraw_proposal(proposal.pk, by=coach.user, now=NOW)
    assert waits(kind, proposal) is False


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_question_is_not_told_when_its_time_is_over(session, kind, clock):
    proposal = create_proposal(session=session, offers=[NOON])
    clock.move_to(proposal.expires_at)
    assert waits(kind, proposal) is True
    clock.move_to(proposal.expires_at + dt.timedelta(seconds=1))
    assert waits(kind, proposal) is False


def test_a_reminder_is_not_told_to_who_has_said_yes_to_a_swap(coach, session, clock):
    other = create_session(coach=coach, client=create_client(of=coach), at=THREE)
    first, second = create_swap(session, other)
    answer_proposal(first.pk, first.offers.get().pk, by=None, now=NOW)
    for kind in ("proposal_reminded", "swap_proposed"):
        assert (waits(kind, first), waits(kind, second)) == (False, True)
    assert waits("proposal_extended", first) is True


def test_a_yes_to_a_swap_is_told_unless_it_was_taken_back(coach, session, clock):
    other = create_session(coach=coach, client=create_client(of=coach), at=THREE)
    first, second = create_swap(session, other)
    answer_proposal(first.pk, first.offers.get().pk, by=None, now=NOW)
    assert waits("swap_agreed", first) is True
    decline_proposal(second.pk, "", by=None, now=NOW, keeps=True)
    assert waits("swap_agreed", first) is False


def test_a_series_is_told_while_one_of_it_stands(coach):
    hours = tuple(SeriesHour(during=hour(at)) for at in (TEN, NOON))
    series = Series(client=create_client(of=coach), hours=hours, title="", notify=True, form_key="")
    for session, is_told in zip(book_series(series, by=coach.user, now=NOW), (True, False), strict=True):
        cancel_it(session, 1)
        assert still_true()["series_booked", 1] is is_told


@pytest.mark.parametrize("by_coach", [True, False])
def test_what_was_read_need_not_be_told(coach, client_user, by_coach):
    by = coach if by_coach else client_user
    message = create_message(coach=coach, client=client_user.client, by=by, outcome="")
    assert is_still_true(message.outbox)
    Message.objects.update(read_at=NOW)
    assert not is_still_true(message.outbox)


def test_a_coach_hears_of_no_message_when_the_care_has_ended_but_a_client_does(coach, client_user):
    maria = client_user.client
    to_client, to_coach = (create_message(coach=coach, client=maria, by=by, outcome="") for by in (coach, client_user))
    Care.objects.update(ended_at=NOW)
    assert (is_still_true(to_client.outbox), is_still_true(to_coach.outbox)) == (True, False)


@pytest.mark.usefixtures("clock")
class TestBurst:
    """One mail tells that there is something to read; whoever is still to read it needs no second one."""

    @pytest.fixture
    def second(self, coach, client_user):
        return create_message(coach=coach, client=client_user.client, by=coach, outcome="").outbox

    def before(self, coach, client_user, **how):
        how = {"by": coach, "outcome": "mailed", "ago": 9} | how
        return create_message(coach=coach, client=client_user.client, **how)

    def test_the_first_is_none(self, second):
        assert not is_in_burst(second)

    def test_a_second_one_soon_after_is(self, coach, client_user, second):
        self.before(coach, client_user)
        assert is_in_burst(second)

    @pytest.mark.parametrize("how", [{"ago": 10}, {"read_at": NOW}, {"outcome": "told"}, {"by": None}])
    def test_not_when_that_was_long_ago_or_read_or_not_mailed_or_the_others(self, coach, client_user, second, how):
        self.before(coach, client_user, **how)
        assert not is_in_burst(second)

    def test_the_coach_is_spared_too(self, coach, client_user):
        self.before(coach, client_user, by=client_user)
        again = create_message(coach=coach, client=client_user.client, by=client_user, outcome="")
        assert is_in_burst(again.outbox)
