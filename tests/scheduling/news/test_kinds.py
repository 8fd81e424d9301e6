"""What goes with the mails of this room, when they leave, and to whom they do not."""

from __future__ import annotations

import datetime as dt
import email
import email.policy

import pytest
from django.core import mail

from clients.actions.deliver import NotYet, deliver
from clients.models import Client, OutboxMessage
from scheduling.actions.book import book_session
from scheduling.actions.cancel import cancel_session
from scheduling.actions.move import move_session
from scheduling.actions.proposals import answer_proposal
from scheduling.actions.series import book_series
from scheduling.actions.undo import undo_change
from scheduling.models import Session
from scheduling.reminding import KIND, REMINDERS, version_of
from scheduling.wishes import Booking, Series, SeriesHour
from tests.factories import NOW, create_case, create_client, create_proposal, create_session, create_swap, hour
from tests.scheduling.calendar_reader import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TEN, NOON = "2026-11-24 10:00", "2026-11-24 12:00"
# When the undo of what is done now is over; what is told at once has been told long before, by PostgreSQL's own clock.
SOON = dt.timedelta(seconds=20)


@pytest.fixture
def maria(coach):
    return create_client(of=coach, full_name="Maria Papadopoulou", email="maria@praxis.test")


@pytest.fixture
def session(coach, maria):
    return create_session(coach=coach, client=maria, at=TEN)


def told(client, *, now=NOW):
    """The mails that the client gets of all that waits: [(kind, file as their calendar reads it, or None)]."""
    waiting = OutboxMessage.objects.filter(recipient=f"client:{client.pk}", sent_at=None, dropped_at=None)
    told_of = []
    for message in waiting.order_by("pk"):
        mail.outbox.clear()
        OutboxMessage.objects.filter(pk=message.pk, not_before__gt=now).update(not_before=now)
        deliver(message.pk, now=now)
        told_of += [(message.kind, calendar_in(each)) for each in mail.outbox]
    return told_of


def calendar_in(sent):
    """The calendar file in a mail as it leaves."""
    whole = email.message_from_bytes(sent.message().as_bytes(linesep="\r\n"), policy=email.policy.default)
    files = [part for part in whole.walk() if part.get_content_type() == "text/calendar"]
    if not files:
        return None
    (file,) = files
    calendar = read(file.get_payload(decode=True))
    assert file.get_content_disposition() == "attachment"
    assert file["Content-Type"].params["charset"] == "utf-8"
    assert file["Content-Type"].params["method"] == calendar.method
    return calendar


def method_and_start(told_of):
    return [(kind, file.method, file.events[0].starts_at) for kind, file in told_of]


def test_booked_moved_and_cancelled_are_told_with_a_file(coach, maria):
    booking = Booking(client=maria, during=hour(TEN), form_key="one")
    session = book_session(booking, by=coach.user, now=NOW)
    assert method_and_start(told(maria)) == [("session_booked", "REQUEST", hour(TEN).starts_at)]
    move_session(session.pk, hour(NOON), by=coach.user, now=NOW - SOON, version=1)
    assert method_and_start(told(maria)) == [("session_moved", "REQUEST", hour(NOON).starts_at)]
    cancel_session(session.pk, by=coach.user, now=NOW - SOON, version=2)
    assert method_and_start(told(maria)) == [("session_cancelled", "CANCEL", hour(NOON).starts_at)]


def test_series_is_told_with_one_file(coach, maria):
    hours = tuple(SeriesHour(during=hour(f"2026-11-{day} 10:00"), accepted=frozenset()) for day in (24, 25))
    book_series(Series(client=maria, hours=hours, form_key="two"), by=coach.user, now=NOW)
    ((kind, file),) = told(maria)
    assert (kind, file.method, len(file.events)) == ("series_booked", "PUBLISH", 2)


def test_who_picks_an_offered_time_is_told_with_a_file(coach, maria, session):
    wisher = create_client(of=coach)
    case = create_case(coach=coach, client=wisher, blocking=session)
    offer = create_proposal(case=case, offers=[NOON]).offers.get()
    answer_proposal(offer.proposal_id, offer.pk, by=None, now=NOW)
    assert method_and_start(told(wisher)) == [("session_booked", "REQUEST", hour(NOON).starts_at)]


def test_who_moves_when_asked_is_told_with_a_file_at_once(maria, session):
    offer = create_proposal(session=session, offers=[NOON]).offers.get()
    answer_proposal(offer.proposal_id, offer.pk, by=None, now=NOW)
    assert OutboxMessage.objects.get(kind="session_moved").not_before == NOW
    assert method_and_start(told(maria)) == [("session_moved", "REQUEST", hour(NOON).starts_at)]


def test_both_of_a_swap_are_told_with_a_file(coach, maria, session):
    other = create_session(coach=coach, client=create_client(of=coach), at=NOON)
    for proposal in create_swap(session, other):
        answer_proposal(proposal.pk, proposal.offers.get().pk, by=None, now=NOW)
    assert method_and_start(told(maria)) == [("session_moved", "REQUEST", hour(NOON).starts_at)]
    assert method_and_start(told(other.client)) == [("session_moved", "REQUEST", hour(TEN).starts_at)]


def test_offer_is_told_without_a_file(maria, session):
    proposal = create_proposal(session=session, offers=[NOON])
    OutboxMessage.objects.create(
        kind="asked_to_move",
        recipient=f"client:{maria.pk}",
        object=f"proposal:{proposal.pk}",
        version=1,
        not_before=NOW,
    )
    assert told(maria) == [("asked_to_move", None)]


@pytest.mark.parametrize("is_undone", [True, False])
def test_booking_that_is_told_late_is_not_told_amid_an_undo(coach, maria, clock, is_undone):
    session = book_session(Booking(client=maria, during=hour(TEN), form_key="one"), by=coach.user, now=NOW)
    move_session(session.pk, hour(NOON), by=coach.user, now=NOW, version=1)
    with pytest.raises(NotYet) as early:
        told(maria)
    assert early.value.at == NOW + SOON
    if is_undone:
        undo_change(session.pk, by=coach.user, now=NOW, version=2)
    else:
        clock.shift(SOON)
    (kind, file), *_others = told(maria, now=NOW + SOON)
    assert (kind, file.events[0].starts_at) == ("session_booked", hour(TEN if is_undone else NOON).starts_at)


def test_who_wants_no_reminders_gets_no_such_mail(coach, maria):
    tomorrow = create_session(coach=coach, client=maria, at="2026-11-21 10:00")
    version = version_of(tomorrow.starts_at, REMINDERS[0])
    message = OutboxMessage.objects.create(
        kind=KIND, recipient=f"client:{maria.pk}", object=f"session:{tomorrow.pk}", version=version, not_before=NOW
    )
    Client.objects.update(wants_reminders=False)
    assert told(maria) == []
    message.refresh_from_db()
    assert message.outcome == "told"
    assert Session.objects.count() == 1
