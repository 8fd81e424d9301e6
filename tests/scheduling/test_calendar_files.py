"""A session as a calendar file, read back by another library."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.models import AuditEvent, OutboxMessage
from config.kernel.time import Interval
from scheduling.actions.cancel import cancel_session
from scheduling.actions.move import move_session
from scheduling.actions.undo import undo_change
from scheduling.calendar_files import Entry, Method, attachments_for, entry_for_client, feed_of, file_of
from scheduling.models import Session
from tests.factories import ATHENS, NOW, create_client, create_coach, create_session, hour, moment
from tests.scheduling.calendar_reader import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TEN = "2026-11-24 10:00"


@pytest.fixture
def client(coach):
    return create_client(of=coach, full_name="Maria Papadopoulou", email="maria@praxis.test")


@pytest.fixture
def session(coach, client):
    return create_session(coach=coach, client=client, at=TEN, title="About panic attacks")


def entry(at, *, zone=ATHENS, minutes=50, summary="Session", **more):
    return Entry(
        session_id=7,
        version=1,
        during=hour(at, minutes=minutes, zone=zone),
        zone=zone,
        summary=summary,
        is_cancelled=False,
        changed_at=NOW,
        url="http://127.0.0.1:8000/my/",
        **more,
    )


def told(session, kind, **more):
    return OutboxMessage(kind=kind, recipient=f"client:{session.client_id}", object=f"session:{session.pk}", **more)


def attached(session, kind="session_booked"):
    (file,) = attachments_for(told(session, kind))
    return file, read(file.content)


def test_invitation_says_when_with_whom_and_nothing_of_the_work(session):
    file, calendar = attached(session)
    (event,) = calendar.events
    assert (file.name, file.mime_type) == ("session.ics", "text/calendar; method=REQUEST")
    assert (calendar.method, calendar.zones) == ("REQUEST", [ATHENS])
    assert (event.uid, event.sequence) == (f"session-{session.pk}@localhost", 0)
    assert Interval(event.starts_at, event.ends_at) == session.interval
    assert (event.summary, event.status) == ("Session with Elena Marinou", "CONFIRMED")
    assert event.value("url") == "http://127.0.0.1:8000/my/"
    assert b"DTSTART;TZID=Europe/Athens:20261124T100000" in file.content
    assert b"panic" not in file.content
    assert b"Maria" not in file.content


def test_invitation_needs_no_answer(session):
    event = attached(session)[1].events[0]
    assert (event.value("organizer"), event.params("organizer")) == ("mailto:praxis@localhost", {"CN": ["Praxis"]})
    assert event.value("attendee") == "mailto:maria@praxis.test"
    assert event.params("attendee") == {
        "CUTYPE": ["INDIVIDUAL"],
        "ROLE": ["REQ-PARTICIPANT"],
        "PARTSTAT": ["ACCEPTED"],
        "RSVP": ["FALSE"],
    }


def test_practice_that_wants_no_answers_publishes(session, settings):
    settings.ICS_STYLE, settings.PRACTICE_ADDRESS = "publish", "Solonos 84\r\nATTENDEE:mailto:x@y.z"
    file, calendar = attached(session)
    assert (calendar.method, file.mime_type) == ("PUBLISH", "text/calendar; method=PUBLISH")
    event = calendar.events[0]
    assert (event.value("organizer"), event.value("attendee")) == (None, None)
    assert event.value("location") == "Solonos 84 ATTENDEE:mailto:x@y.z"
    file, calendar = attached(cancelled(session), "session_cancelled")
    assert (calendar.method, calendar.events[0].value("attendee")) == ("CANCEL", None)
    assert calendar.events[0].value("organizer") == "mailto:praxis@localhost"


def test_words_are_in_the_language_of_who_reads_them(session, client):
    client.language = "el"
    client.save()
    assert attached(session)[1].events[0].summary == "Συνεδρία: Elena Marinou"


def test_cancelled_session_ends_in_the_calendar_under_the_same_name(session):
    before = attached(session)[1].events[0]
    file, calendar = attached(cancelled(session), "session_cancelled")
    (event,) = calendar.events
    assert (calendar.method, file.mime_type) == ("CANCEL", "text/calendar; method=CANCEL")
    assert (event.status, event.uid) == ("CANCELLED", before.uid)
    assert event.sequence > before.sequence


def test_ten_moves_keep_the_name_and_raise_the_number(session):
    seen = [attached(session)[1].events[0]]
    for version in range(1, 11):
        during = hour(moment(TEN) + dt.timedelta(hours=version % 3))
        move_session(session.pk, during, by=session.provider, now=NOW, version=version)
        session.refresh_from_db()
        seen.append(attached(session, "session_moved")[1].events[0])
        assert Interval(seen[-1].starts_at, seen[-1].ends_at) == during
    assert {event.uid for event in seen} == {seen[0].uid}
    assert [event.sequence for event in seen] == list(range(11))


def test_change_that_was_taken_back_raises_the_number_too(session):
    move_session(session.pk, hour("2026-11-24 12:00"), by=session.provider, now=NOW, version=1)
    undo_change(session.pk, by=session.provider, now=NOW, version=2)
    session.refresh_from_db()
    event = attached(session)[1].events[0]
    assert (event.starts_at, event.sequence) == (moment(TEN), 2)


def test_series_is_one_file_without_what_was_cancelled(coach, client):
    sessions = [create_session(coach=coach, client=client, at=f"2026-11-{day} 10:00") for day in (24, 25, 26)]
    ids = [session.pk for session in sessions]
    AuditEvent.objects.create(object=f"session:{ids[0]}", verb="series_booked", facts={"sessions": ids}, at=NOW)
    cancelled(sessions[1])
    file, calendar = attached(sessions[0], "series_booked")
    assert [event.uid for event in calendar.events] == [f"session-{ids[0]}@localhost", f"session-{ids[2]}@localhost"]
    # A calendar takes one invitation out of a file, and of several only the first.
    assert (file.name, calendar.method) == ("sessions.ics", "PUBLISH")
    cancelled(sessions[2])
    assert attached(sessions[0], "series_booked")[1].method == "REQUEST"


@pytest.mark.parametrize("kind", ["times_offered", "asked_to_move", "session_reminder", "proposal_answered", "invited"])
def test_nothing_goes_with_an_offer_or_a_reminder(session, kind):
    assert attachments_for(told(session, kind)) == ()


@pytest.mark.parametrize(
    ("at", "minutes", "begins"),
    [
        ("2026-03-29 02:30", 50, "TZID=Europe/Athens:20260329T023000"),  # the hour after it is lost
        ("2026-03-29 04:10", 50, "TZID=Europe/Athens:20260329T041000"),
        ("2026-10-25 02:30", 50, "TZID=Europe/Athens:20261025T023000"),
        ("2026-10-25 03:30", 50, ":20261025T003000Z"),  # ends in the hour that comes twice
        ("2026-10-25 04:00", 50, "TZID=Europe/Athens:20261025T040000"),
    ],
)
def test_days_on_which_the_clocks_change_are_read_back_to_the_minute(at, minutes, begins):
    written = entry(at, minutes=minutes)
    content = file_of([written], method=Method.PUBLISH)
    (event,) = read(content).events
    assert Interval(event.starts_at, event.ends_at) == written.during
    assert f"DTSTART{';' if begins[0] == 'T' else ''}{begins}\r\n".encode() in content


@pytest.mark.parametrize("turn", [0, 1])
def test_hour_that_comes_twice_is_told_apart(turn):
    begins = dt.datetime(2026, 10, 25, turn, 5, tzinfo=dt.UTC)
    (event,) = read(file_of([entry(begins)], method=Method.PUBLISH)).events
    assert event.starts_at == begins


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "Africa/Casablanca", "UTC", "Asia/Kathmandu"])
def test_every_zone_is_read_back(zone):
    for at in ("2026-03-08 12:00", "2026-03-10 12:00", "2026-07-01 12:00", "2026-11-02 12:00", "2027-02-01 12:00"):
        written = entry(at, zone=zone)
        (event,) = read(file_of([written], method=Method.PUBLISH)).events
        assert Interval(event.starts_at, event.ends_at) == written.during


def test_sessions_of_two_zones_stand_in_one_file():
    here, there = entry("2026-11-24 10:00"), entry("2026-11-24 10:00", zone="America/New_York")
    calendar = read(feed_of([here, there], name="Praxis"))
    assert [event.starts_at for event in calendar.events] == [here.during.starts_at, there.during.starts_at]
    assert calendar.zones == ["America/New_York", ATHENS]


def test_no_name_can_break_out_of_its_line(client):
    coach = create_coach(email="odd@praxis.test", full_name='Ελένη; "Marinou", \\n ' + "ψ" * 90)
    slipped = entry(TEN, summary="a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil")
    (event,) = read(file_of([slipped], method=Method.PUBLISH)).events
    assert event.summary == "a\nEND:VEVENT\nBEGIN:VEVENT\nUID:evil"
    session = Session(pk=8, provider=coach.user, client=client, during=hour(TEN).as_range())
    (event,) = read(file_of([entry_for_client(session, changed_at=NOW)], method=Method.PUBLISH)).events
    assert event.summary == f"Session with {coach.user.full_name}"


def cancelled(session):
    cancel_session(session.pk, by=session.provider, now=NOW, version=session.version)
    session.refresh_from_db()
    return session
