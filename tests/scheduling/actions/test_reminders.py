"""Sessions are brought to mind a day and two hours before, once each, whatever the clocks and the workers do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from clients.actions.deliver import NotYet, deliver
from clients.models import Care, Client, OutboxMessage, User
from clients.states import ClientStatus
from scheduling.actions.cancel import cancel_session
from scheduling.actions.mark import mark_paid
from scheduling.actions.move import move_session
from scheduling.actions.proposals import answer_proposal
from scheduling.actions.reminders import remind_sessions
from scheduling.actions.undo import undo_change
from scheduling.reminding import KIND, REMINDERS, version_of
from tests.factories import NOW, create_client, create_coach, create_proposal, create_session, hour, moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR, MINUTE, SECOND = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(seconds=1)
DAY, HOURS = REMINDERS
TUESDAY = "2026-11-24 10:00"
STARTS = moment(TUESDAY)


@pytest.fixture
def maria(coach):
    return create_client(of=coach, full_name="Maria Papadopoulou", email="maria@praxis.test")


@pytest.fixture
def session(coach, maria):
    return create_session(coach=coach, client=maria, at=TUESDAY)


def queued():
    """What waits, or has been told: [(session, which, of which beginning)], as versions."""
    messages = OutboxMessage.objects.filter(kind=KIND).order_by("pk")
    return [(int(message.object.partition(":")[2]), message.version) for message in messages]


def of(session, *reminders, starts_at=STARTS):
    return [(session.pk, version_of(starts_at, each)) for each in reminders]


def deliver_all(clock, at):
    """Let a worker do all that waits, at that moment; who got a mail."""
    clock.move_to(at)
    mail.outbox.clear()
    for message in OutboxMessage.objects.filter(kind=KIND, sent_at=None, dropped_at=None).order_by("pk"):
        deliver(message.pk, now=at)
    return [each.to[0] for each in mail.outbox]


def outcomes():
    return list(OutboxMessage.objects.filter(kind=KIND).order_by("pk").values_list("outcome", flat=True))


def test_each_is_queued_at_its_moment_and_never_again(session):
    for ahead in (24 * HOUR + SECOND, 24 * HOUR, 24 * HOUR - MINUTE, 2 * HOUR + SECOND, 2 * HOUR, MINUTE, -MINUTE):
        remind_sessions(now=STARTS - ahead)
    assert queued() == of(session, DAY, HOURS)
    assert OutboxMessage.objects.first().not_before == STARTS - 24 * HOUR
    assert OutboxMessage.objects.first().recipient == f"client:{session.client_id}"


def test_run_says_how_many_it_queued(session):
    assert [remind_sessions(now=STARTS - 24 * HOUR) for _ in range(3)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("ahead", "which"),
    [
        (4 * HOUR, [DAY]),
        (3 * HOUR + SECOND, [DAY]),
        (3 * HOUR, []),  # the second is near
        (2 * HOUR, [HOURS]),
        (SECOND, [HOURS]),
        (0 * HOUR, []),
    ],
)
def test_worker_that_comes_late_tells_what_is_still_of_use(session, ahead, which):
    remind_sessions(now=STARTS - ahead)
    assert queued() == of(session, *which)


def test_mail_leaves_while_it_is_of_use_and_not_after(session, clock):
    remind_sessions(now=STARTS - 24 * HOUR)
    assert deliver_all(clock, STARTS - 3 * HOUR) == []
    remind_sessions(now=STARTS - 2 * HOUR)
    assert deliver_all(clock, STARTS - SECOND) == ["Maria Papadopoulou <maria@praxis.test>"]
    assert outcomes() == ["stale", "mailed"]


def test_moved_session_gets_new_ones_and_none_of_the_old(coach, session, clock):
    remind_sessions(now=STARTS - 24 * HOUR)
    later = STARTS + 24 * HOUR
    at = STARTS - 23 * HOUR
    move_session(session.pk, hour(later), by=coach.user, now=at, version=1)
    remind_sessions(now=STARTS - 2 * HOUR)
    assert deliver_all(clock, at + MINUTE) == []
    for ahead in (24 * HOUR, 2 * HOUR):
        remind_sessions(now=later - ahead)
        assert len(deliver_all(clock, later - ahead)) == 1
    assert queued() == of(session, DAY) + of(session, DAY, HOURS, starts_at=later)
    assert outcomes() == ["stale", "mailed", "mailed"]


def test_reminder_of_a_beginning_that_is_no_more_is_dropped_though_another_is_near(coach, session, clock):
    remind_sessions(now=STARTS - 24 * HOUR)
    at = STARTS - 23 * HOUR
    move_session(session.pk, hour("2026-11-24 09:30"), by=coach.user, now=at, version=1)
    remind_sessions(now=at + MINUTE)
    assert deliver_all(clock, at + MINUTE) == []
    assert (queued(), outcomes()) == (of(session, DAY), ["stale"])


def test_cancelled_session_gets_none_nor_what_was_queued_before(coach, session, clock):
    remind_sessions(now=STARTS - 24 * HOUR)
    at = STARTS - 23 * HOUR
    cancel_session(session.pk, by=coach.user, now=at, version=1)
    remind_sessions(now=STARTS - 2 * HOUR)
    assert deliver_all(clock, at + MINUTE) == []
    assert (queued(), outcomes()) == (of(session, DAY), ["stale"])


def test_what_was_booked_or_moved_after_its_moment_is_not_told_again(coach, maria):
    booked = create_session(coach=coach, client=maria, at=TUESDAY, created_at=STARTS - 24 * HOUR + SECOND)
    moved = create_session(coach=coach, client=create_client(of=coach), at="2026-11-27 10:00")
    move_session(moved.pk, hour("2026-11-24 11:00"), by=coach.user, now=STARTS - 20 * HOUR, version=1)
    remind_sessions(now=STARTS - 19 * HOUR)
    assert queued() == []
    remind_sessions(now=STARTS - HOUR)
    assert queued() == of(booked, HOURS) + of(moved, HOURS, starts_at=STARTS + HOUR)


def test_who_has_just_picked_the_time_is_not_told_again(session):
    offer = create_proposal(session=session, offers=["2026-11-23 12:00"]).offers.get()
    starts_at = offer.interval.starts_at
    answer_proposal(offer.proposal_id, offer.pk, by=None, now=starts_at - 10 * HOUR)
    remind_sessions(now=starts_at - 9 * HOUR)
    assert queued() == []


@pytest.mark.parametrize("deed", ["move", "cancel"])
@pytest.mark.parametrize("late", [-5 * SECOND, HOUR])
def test_none_is_queued_while_a_change_can_be_undone_and_none_is_lost(coach, session, deed, late):
    at = STARTS - 24 * HOUR + late
    due = at + 5 * SECOND
    if deed == "move":
        move_session(session.pk, hour("2026-11-24 09:30"), by=coach.user, now=at, version=1)
    else:
        cancel_session(session.pk, by=coach.user, now=at, version=1)
    assert remind_sessions(now=due) == 0
    undo_change(session.pk, by=coach.user, now=at + 19 * SECOND, version=2)
    assert remind_sessions(now=due + MINUTE) == 1
    assert queued() == of(session, DAY)


def test_move_that_stands_is_reminded_of_when_its_undo_is_over(coach, session):
    later = STARTS + HOUR
    move_session(session.pk, hour(later), by=coach.user, now=later - 24 * HOUR - SECOND, version=1)
    assert remind_sessions(now=later - 24 * HOUR) == 0
    assert remind_sessions(now=later - 24 * HOUR + 19 * SECOND) == 1
    assert queued() == of(session, DAY, starts_at=later)


@pytest.mark.parametrize("is_undone", [True, False])
def test_queued_one_waits_for_the_undo_and_is_not_dropped(coach, session, clock, is_undone):
    at = STARTS - 24 * HOUR
    remind_sessions(now=at)
    cancel_session(session.pk, by=coach.user, now=at, version=1)
    with pytest.raises(NotYet) as early:
        deliver_all(clock, at + 10 * SECOND)
    assert early.value.at == at + 20 * SECOND
    if is_undone:
        undo_change(session.pk, by=coach.user, now=at + 15 * SECOND, version=2)
    assert len(deliver_all(clock, at + 20 * SECOND)) == is_undone
    assert outcomes() == ["mailed" if is_undone else "stale"]


def test_other_changes_do_not_keep_it_back(coach, session, clock):
    at = STARTS - 24 * HOUR
    mark_paid(session.pk, paid=True, by=coach.user, now=at - SECOND, version=1)
    assert remind_sessions(now=at) == 1
    assert len(deliver_all(clock, at)) == 1


@pytest.mark.parametrize(
    ("at", "zone", "day_before"),
    [
        # 24 real hours, whatever the clocks show: the night between is an hour short, or long.
        ("2027-03-28 10:00", "Europe/Athens", "2027-03-27 09:00"),
        ("2027-10-31 10:00", "Europe/Athens", "2027-10-30 11:00"),
        ("2027-03-28 02:30", "America/New_York", "2027-03-27 02:30"),
        ("2027-11-07 10:00", "America/New_York", "2027-11-06 11:00"),
    ],
)
def test_days_on_which_the_clocks_change_are_so_many_real_hours(at, zone, day_before):
    coach = create_coach(email="away@praxis.test", zone=zone)
    session = create_session(coach=coach, client=create_client(of=coach, time_zone="Asia/Tokyo"), at=at)
    due = moment(day_before, zone=zone)
    assert due == session.starts_at - 24 * HOUR
    assert [remind_sessions(now=each) for each in (due - SECOND, due, due + HOUR)] == [0, 1, 0]
    assert [remind_sessions(now=session.starts_at - each) for each in (2 * HOUR + SECOND, 2 * HOUR)] == [0, 1]


def test_server_whose_clock_is_stepped_tells_nothing_twice(coach, session, clock):
    """Every ten minutes of two days; the clock goes an hour ahead, and back, and back once more, amid either moment."""
    sent, at = [], STARTS - 26 * HOUR
    for step in range(26 * 6):
        real = at + step * 10 * MINUTE
        stepped = {13: HOUR, 14: -HOUR, 144: HOUR, 146: -HOUR, 147: HOUR}.get(step, 0 * HOUR)
        remind_sessions(now=real + stepped)
        sent += deliver_all(clock, max(real + stepped, real))
    assert len(sent) == 2
    assert queued() == of(session, DAY, HOURS)


def test_nobody_is_reminded_who_is_not_cared_for_here(coach, other_coach, session, clock):
    left, archived = (
        create_session(coach=coach, client=create_client(of=coach), at=f"2026-11-24 {at}:00") for at in (11, 12)
    )
    closed = create_session(coach=other_coach, client=create_client(of=other_coach), at=TUESDAY)
    remind_sessions(now=STARTS - 20 * HOUR)
    assert len(queued()) == 4
    # What was queued before they left is not told either.
    Care.objects.filter(client=left.client).update(ended_at=NOW)
    Client.objects.filter(pk=archived.client_id).update(status=ClientStatus.ARCHIVED)
    User.objects.filter(pk=closed.provider_id).update(is_active=False)
    assert deliver_all(clock, STARTS - 20 * HOUR) == ["Maria Papadopoulou <maria@praxis.test>"]
    assert outcomes() == ["mailed", "stale", "stale", "stale"]
    for at in (STARTS - HOUR, STARTS + MINUTE):
        remind_sessions(now=at)
    assert queued()[4:] == of(session, HOURS)


def test_nobody_is_reminded_whom_no_mail_reaches(coach, session):
    silent, unreachable = create_client(of=coach, wants_reminders=False), create_client(of=coach, email="")
    for client, at in ((silent, 11), (unreachable, 12)):
        create_session(coach=coach, client=client, at=f"2026-11-24 {at}:00")
    remind_sessions(now=STARTS - 20 * HOUR)
    assert queued() == of(session, DAY)


def test_client_with_an_account_hears_of_it_there_even_without_mails(coach, client_user):
    session = create_session(coach=coach, client=client_user.client, at=TUESDAY)
    Client.objects.update(wants_reminders=False)
    remind_sessions(now=STARTS - 24 * HOUR)
    assert queued() == of(session, DAY)


def test_every_calendar_is_looked_at_in_the_same_few_statements(coach, maria, session, django_assert_num_queries):
    for number in range(3):
        other = create_coach(email=f"coach{number + 5}@praxis.test")
        create_session(coach=other, client=create_client(of=other), at=TUESDAY)
    with django_assert_num_queries(2 + 4 + 3):  # look and write; one job each; begin, check and end
        assert remind_sessions(now=STARTS - 24 * HOUR) == 4
    assert remind_sessions(now=STARTS - 24 * HOUR) == 0
