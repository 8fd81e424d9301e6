"""Undo where no hour is at stake, and who may undo what until when."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.models import AuditEvent
from scheduling.actions import cancel, finish, mark, move, notes, proposals
from scheduling.actions.undo import undo_change
from scheduling.errors import NothingToUndo, NotTheLastChange, TooLateToUndo
from scheduling.models import Session
from scheduling.states import SessionStatus
from tests.factories import NOW, create_case, create_client, create_proposal, create_session, hour, moment
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
# Now is 11:00 of that day.
BEGUN = "2026-11-20 10:30"
SECONDS = dt.timedelta(seconds=1)
RESTORED = ("status", "during", "arrived_at", "paid_at", "paid_by", "cancelled_at", "cancelled_by", "rating")


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=BEGUN, price=60)


def press(act, session, version, **what):
    return act(session.pk, by=session.provider, now=NOW, version=version, **what)


def undo(session, version, after=SECONDS):
    return undo_change(session.pk, by=session.provider, now=NOW + after, version=version)


def row(session):
    return Session.objects.values(*RESTORED, "cancellation_reason").get(pk=session.pk)


def complete(session, version):
    return press(finish.complete_session, session, version)


def miss(session, version):
    return press(finish.miss_session, session, version)


def pay(session, version):
    return press(mark.mark_paid, session, version, paid=True)


def arrive(session, version):
    return press(mark.mark_arrived, session, version, arrived=True)


def cancel_it(session, version):
    return press(cancel.cancel_session, session, version, reason="ill")


def move_it(session, version):
    return press(move.move_session, session, version, during=hour("2026-11-24 10:00"))


EVERY = [complete, miss, pay, arrive, cancel_it, move_it]


@pytest.mark.parametrize("act", EVERY)
def test_undo_puts_back_every_field(session, act):
    before = row(session)
    act(session, 1)
    assert row(session) != before
    undo(session, 2)
    assert row(session) == before
    assert Session.objects.get().version == 3


def test_undo_of_not_paid_knows_who_was_paid_and_when(session, other_coach):
    Session.objects.update(paid_at=moment("2026-11-01 09:00"), paid_by=other_coach.user)
    before = row(session)
    press(mark.mark_paid, session, 1, paid=False)
    undo(session, 2)
    assert row(session) == before


def test_undo_of_not_arrived_knows_since_when(session):
    Session.objects.update(arrived_at=moment("2026-11-20 10:20"))
    before = row(session)
    press(mark.mark_arrived, session, 1, arrived=False)
    undo(session, 2)
    assert row(session) == before


def test_undo_of_a_reopening_knows_the_rating(session):
    Session.objects.update(status=SessionStatus.COMPLETED, rating=5)
    before = row(session)
    press(finish.reopen_session, session, 1)
    undo(session, 2)
    assert row(session) == before


def test_undo_of_completing_takes_a_rating_that_came_meanwhile(session):
    complete(session, 1)
    Session.objects.update(rating=5)
    undo(session, 2)
    assert Session.objects.values_list("status", "rating").get() == (SessionStatus.SCHEDULED, None)


def test_undo_writes_down_what_it_took_back(session):
    complete(session, 1)
    undo(session, 2)
    event = AuditEvent.objects.order_by("pk").last()
    assert (event.verb, event.object, event.actor) == ("change_undone", f"session:{session.pk}", session.provider)
    assert event.facts == {"version": 3, "undid": 2, "what": "session_completed"}


@pytest.mark.parametrize("act", EVERY)
def test_undo_sent_twice_undoes_once(session, act):
    act(session, 1)
    first = undo(session, 2)
    before = traces.everything()
    again = undo(session, 2)
    assert (again.session.version, again.verb, again.withdrawn) == (3, first.verb, first.withdrawn)
    assert traces.everything() == before


def test_the_same_undo_is_still_the_same_when_its_time_is_over(session):
    complete(session, 1)
    undo(session, 2)
    assert undo(session, 2, after=dt.timedelta(minutes=5)).session.status == SessionStatus.SCHEDULED


@pytest.mark.parametrize("act", EVERY)
def test_undo_is_possible_for_less_than_20_seconds(session, act):
    act(session, 1)
    before = traces.everything()
    with pytest.raises(TooLateToUndo):
        undo(session, 2, after=dt.timedelta(seconds=20))
    assert traces.everything() == before
    assert undo(session, 2, after=dt.timedelta(seconds=20) - dt.timedelta.resolution).session.version == 3


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (SessionStatus.SCHEDULED, "Move or cancel it if that is not right."),
        (SessionStatus.COMPLETED, "Reopen it if that is not right."),
        (SessionStatus.CANCELLED, "Book the hour again if the session is to take place after all."),
    ],
)
def test_undo_that_comes_too_late_says_what_can_be_done_instead(session, status, words):
    {"scheduled": pay, "completed": complete, "cancelled": cancel_it}[status](session, 1)
    with pytest.raises(TooLateToUndo) as refused:
        undo(session, 2, after=dt.timedelta(minutes=1))
    assert (refused.value.session.status, refused.value.next_words) == (status, words)


def test_undo_of_what_is_not_the_last_change_is_refused(session):
    complete(session, 1)
    pay(session, 2)
    before = traces.everything()
    with pytest.raises(NotTheLastChange):
        undo(session, 2)
    assert traces.everything() == before
    undo(session, 3)
    # The payment is taken back, and that cannot be undone in its turn; nor does it open the way to what was before it.
    for version in (2, 4):
        with pytest.raises((NotTheLastChange, NothingToUndo)):
            undo(session, version)
    assert Session.objects.values_list("status", "paid_at", "version").get() == (SessionStatus.COMPLETED, None, 4)


@pytest.mark.parametrize("version", [0, 2, 99])
def test_undo_of_a_version_that_there_is_not_is_refused(session, version):
    with pytest.raises(NotTheLastChange):
        undo(session, version)


def test_a_booking_is_told_at_once_and_not_undone(session):
    with pytest.raises(NothingToUndo):
        undo(session, 1)


def test_what_the_client_answered_is_not_undone(coach, session):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    proposal = create_proposal(case=case, session=session, offers=["2026-11-24 10:00"])
    proposals.answer_proposal(proposal.pk, proposal.offers.get().pk, by=None, now=NOW)
    with pytest.raises(NothingToUndo):
        undo(session, 2)
    assert Session.objects.get(pk=session.pk).interval == hour("2026-11-24 10:00")


def test_undo_of_another_session_of_that_version_touches_only_that_one(coach, session):
    other = create_session(coach=coach, client=create_client(of=coach), at="2026-11-20 09:00")
    complete(session, 1)
    complete(other, 1)
    undo(other, 2)
    assert [Session.objects.get(pk=each.pk).status for each in (session, other)] == ["completed", "scheduled"]


def test_undo_that_breaks_at_the_end_leaves_nothing(session, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the power is off")

    move_it(session, 1)
    before = traces.everything()
    monkeypatch.setattr("scheduling.actions.freed.hour_freed", fail)
    with pytest.raises(RuntimeError, match="the power is off"):
        undo(session, 2)
    assert traces.everything() == before


def test_a_note_that_is_written_in_between_takes_no_undo_away(session):
    complete(session, 1)
    note = notes.save_draft(session, "First words", by=session.provider, now=NOW, version=0)
    notes.finish_note(session, "All is said", by=session.provider, now=NOW, version=note.version)
    assert undo(session, 2).session.status == SessionStatus.SCHEDULED
