"""What the house notes in a thread when it tells something: once, in the same transaction, and put into words when read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from clients.actions import deliver
from clients.models import OutboxMessage
from config.kernel.live import telling
from scheduling.actions import book, cancel, move
from scheduling.actions.ask import ask_client_to_move
from scheduling.actions.extend import extend_proposal
from scheduling.actions.messages import write_message
from scheduling.actions.remind import remind_proposal
from scheduling.actions.series import book_series
from scheduling.models import Message
from scheduling.news.lines import LINES
from scheduling.queries.lines import words_of
from scheduling.wishes import Booking, Series, SeriesHour
from tests.factories import NOW, create_line, create_session, hour

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=1)
TEN, NOON = "2026-11-24 10:00", "2026-11-24 12:00"


@pytest.fixture
def maria(client_user):
    return client_user.client


@pytest.fixture
def session(coach, maria):
    return create_session(coach=coach, client=maria, at=TEN)


def tell_all(now=LATER):
    """Tell whatever waits, as a worker would up to the mail; the database's own clock is ahead of that of the tests."""
    OutboxMessage.objects.filter(not_before__gt=now).update(not_before=now)
    for number in OutboxMessage.objects.order_by("pk").values_list("pk", flat=True):
        deliver.tell(number, now=now)


def lines():
    return list(Message.objects.filter(kind="system").order_by("pk"))


def said(language="en", zone="Europe/Athens"):
    with translation.override(language), timezone.override(zone):
        return [(words_of(line).icon, words_of(line).text) for line in lines()]


def test_booking_is_noted_when_it_is_told(coach, maria, clock, monkeypatch):
    heard, statement = [], telling.statement
    book.book_session(Booking(client=maria, during=hour(TEN)), by=coach.user, now=NOW)
    assert lines() == []
    monkeypatch.setattr(telling, "statement", lambda told: heard.append(dict(told)) or statement(told))
    tell_all()
    (line,) = lines()
    assert (line.provider, line.client, line.author, line.session) == (coach.user, maria, None, maria.sessions.get())
    assert (line.outbox, line.created_at, line.read_at) == (OutboxMessage.objects.get(), LATER, LATER)
    assert said() == [("calendar", "Booked: Tuesday 24 November, 10:00")]
    for topic in (f"user:{coach.user.pk}", f"client:{maria.pk}"):
        assert "messages:changed" in heard[0][topic]


def test_line_is_put_into_the_readers_words_and_both_clocks(coach, session):
    create_line(coach=coach, client=session.client, facts={"during": [session.starts_at.isoformat(), ""]})
    assert said("el") == [("calendar", "Κλείστηκε: Τρίτη 24 Νοεμβρίου, 10:00")]
    assert said(zone="Europe/London") == [
        ("calendar", "Booked: Tuesday 24 November, 10:00 (08:00 where you are, London)"),
    ]


def test_move_says_from_where_to_where_of_the_very_move_that_is_told(coach, session, clock):
    move.move_session(session.pk, hour(NOON), by=coach.user, now=NOW, version=1)
    tell_all()
    assert said() == [("move", "Moved from Tuesday 24 November, 10:00 to Tuesday 24 November, 12:00")]
    cancel.cancel_session(session.pk, by=coach.user, now=LATER, version=2)
    tell_all(LATER + dt.timedelta(minutes=1))
    assert said()[1:] == [("cross", "Cancelled: Tuesday 24 November, 12:00")]


def test_what_was_overtaken_is_not_noted(coach, session, clock):
    move.move_session(session.pk, hour(NOON), by=coach.user, now=NOW, version=1)
    cancel.cancel_session(session.pk, by=coach.user, now=NOW, version=2)
    tell_all()
    assert [line.body for line in lines()] == ["session_cancelled"]


def test_series_says_how_many(coach, maria, clock):
    hours = tuple(SeriesHour(during=hour(f"2026-11-{day} 10:00")) for day in (24, 25, 26))
    book_series(Series(client=maria, hours=hours), by=coach.user, now=NOW)
    tell_all()
    assert said() == [("repeat", "3 sessions booked, from Tuesday 24 November, 10:00")]
    assert said("el") == [("repeat", "Κλείστηκαν 3 συνεδρίες, από Τρίτη 24 Νοεμβρίου, 10:00")]


def test_reminder_and_more_time_are_noted_and_the_question_itself_is_no_line(coach, session, clock):
    how = {"by": coach.user, "now": NOW}
    until = NOW + dt.timedelta(days=2)
    asked = ask_client_to_move(session.pk, [hour("2026-11-25 10:00")], until, "", version=1, **how)
    remind_proposal(asked.pk, **how)
    extend_proposal(asked.pk, until + dt.timedelta(days=1), **how)
    tell_all()
    assert said() == [
        ("bell", "A reminder of the question"),
        ("hourglass", "More time for the answer, until Monday 23 November, 11:00"),
    ]
    assert {line.session for line in lines()} == {session}


def test_told_twice_it_is_noted_once(coach, session, clock):
    move.move_session(session.pk, hour(NOON), by=coach.user, now=NOW, version=1)
    for _ in range(3):
        tell_all()
    (line,) = lines()
    line.pk = None
    with pytest.raises(IntegrityError, match="message_told_once"), transaction.atomic():
        line.save(force_insert=True)


def test_session_reminder_is_noted(coach, session, clock):
    told = OutboxMessage.objects.create(
        kind="session_reminder", recipient=f"client:{session.client_id}", object=f"session:{session.pk}", version=1
    )
    with transaction.atomic():
        LINES["session_reminder"](told, NOW)
    assert said() == [("bell", "A reminder of Tuesday 24 November, 10:00")]


def test_text_that_is_told_makes_no_line_but_is_shown_anew(coach, maria, monkeypatch, clock):
    heard, statement = [], telling.statement
    write_message(coach.user.pk, maria.pk, "Hello", by=coach.user, now=NOW)
    monkeypatch.setattr(telling, "statement", lambda told: heard.append(dict(told)) or statement(told))
    tell_all()
    assert lines() == []
    assert "messages:changed" in heard[0][f"user:{coach.user.pk}"]


@pytest.mark.parametrize("facts", [{}, {"during": []}, {"during": ["x"]}, {"during": None}])
def test_line_of_an_unknown_kind_or_without_facts_is_still_read(coach, maria, facts):
    create_line(coach=coach, client=maria, facts=facts)
    create_line(coach=coach, client=maria, code="a_song", facts=facts)
    assert said() == [("calendar", "Booked: –"), ("info", "There was news")]
