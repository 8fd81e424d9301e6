"""Somebody's own calendar as other programs read it, and the page on which its address is made."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import AccessLink, AuditEvent, Care, Client, OutboxMessage, User
from scheduling.actions import feed
from scheduling.actions.cancel import cancel_session
from scheduling.actions.mark import mark_paid
from scheduling.actions.move import move_session
from scheduling.models import Coach, Session
from scheduling.states import FeedNames, SessionStatus
from tests.factories import NOW, create_client, create_note, create_session, hour
from tests.legible import words
from tests.scheduling.calendar_reader import read
from tests.scheduling.views.test_hours import text

pytestmark = pytest.mark.django_db
PAGE = "/settings/feed/"
TUESDAY = "2026-11-24 10:00"


@pytest.fixture
def maria(coach):
    """Everything about her can be told from everything else."""
    return create_client(
        of=coach,
        full_name="Maria Secretopoulou",
        email="maria.secret@praxis.test",
        phone="6900000001",
        notes="SECRETNOTE",
    )


@pytest.fixture
def session(coach, maria):
    return create_session(coach=coach, client=maria, at=TUESDAY, title="SECRETTITLE", description="SECRETWORDS")


@pytest.fixture
def address(coach, clock):
    return f"/calendar/feed/{feed.open_feed(coach.user, now=NOW)}.ics"


@pytest.fixture
def reader(signed_in):
    """A program that nobody has signed in to."""
    return signed_in()


def read_at(reader, address, **headers):
    response = reader.get(address, headers=headers)
    assert response.status_code == 200
    return read(response.content)


def test_feed_shows_that_there_is_something_and_of_whom_nothing(coach, session, address, reader):
    create_note(session=session, body="SECRETBODY")
    response = reader.get(address)
    (event,) = read(response.content).events
    assert (event.uid, event.summary) == (f"session-{session.pk}@localhost", "Session")
    assert (event.starts_at, event.ends_at) == (session.starts_at, session.ends_at)
    assert event.value("url") == f"http://127.0.0.1:8000/sessions/{session.pk}/"
    markers = ("secret", "maria", "6900000001", str(session.client_id), "attendee", "organizer")
    assert [each for each in markers if each in response.content.decode().lower()] == []


def test_feed_is_for_programs_and_for_nobody_on_the_way(session, address, reader):
    response = reader.get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    assert response["Cache-Control"] == "no-store, private"
    assert not response.cookies
    content = response.content.decode()
    assert "METHOD" not in content
    assert "X-WR-CALNAME:Praxis\r\n" in content
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in content


def test_feed_with_initials_says_no_more_than_those(coach, session, address, reader):
    feed.choose_feed_names(coach, FeedNames.INITIALS)
    assert [event.summary for event in read_at(reader, address).events] == ["Session (MS)"]
    Care.objects.update(ended_at=NOW)
    assert [event.summary for event in read_at(reader, address).events] == ["Session"]


def test_client_reads_their_own_sessions_with_everybody(coach, other_coach, client_user, session, reader, clock):
    Care.objects.create(client=client_user.client, provider=other_coach.user)
    mine = [
        create_session(coach=coach, client=client_user.client, at="2026-11-25 10:00"),
        create_session(coach=other_coach, client=client_user.client, at="2026-11-26 10:00"),
    ]
    feed.choose_feed_names(coach, FeedNames.INITIALS)
    calendar = read_at(reader, f"/calendar/feed/{feed.open_feed(client_user, now=NOW)}.ics")
    assert [(event.uid, event.summary) for event in calendar.events] == [
        (f"session-{mine[0].pk}@localhost", "Session with Elena Marinou"),
        (f"session-{mine[1].pk}@localhost", "Session with Daniel Berg"),
    ]


def test_feed_speaks_the_language_of_its_owner(coach, session, address, reader):
    User.objects.filter(pk=coach.pk).update(language="el")
    assert read_at(reader, address, accept_language="en").events[0].summary == "Συνεδρία"


def test_feed_reaches_four_weeks_back_and_all_ahead(coach, maria, address, reader):
    days = ("2026-10-22", "2026-10-23", "2026-11-19", "2028-11-20")
    for day in days:
        create_session(coach=coach, client=maria, at=f"{day} 12:00")
    Session.objects.filter(during__startswith__lt=NOW).update(status=SessionStatus.COMPLETED)
    shown = [str(event.starts_at.date()) for event in read_at(reader, address).events]
    assert shown == list(days[1:])


def test_cancelled_session_is_shown_as_such_for_a_while(coach, session, address, reader, clock):
    cancel_session(session.pk, by=coach.user, now=NOW, version=1)
    (event,) = read_at(reader, address).events
    assert (event.status, event.sequence) == ("CANCELLED", 1)
    later = create_session(coach=coach, client=session.client, at="2027-03-01 10:00")
    cancel_session(later.pk, by=coach.user, now=NOW, version=1)
    clock.shift(dt.timedelta(weeks=4))
    assert read_at(reader, address).events == []


def test_move_is_the_same_event_with_a_higher_number_at_a_later_moment(coach, session, address, reader, clock):
    (before,) = read_at(reader, address).events
    clock.shift(dt.timedelta(minutes=5))
    later = NOW + dt.timedelta(minutes=5)
    move_session(session.pk, hour("2026-11-24 12:00"), by=coach.user, now=later, version=1)
    (after,) = read_at(reader, address).events
    assert (before.uid, before.sequence, before.stamp) == (after.uid, after.sequence - 1, NOW)
    assert (after.starts_at, after.stamp) == (hour("2026-11-24 12:00").starts_at, later)


def test_nothing_new_is_304_until_something_is(coach, session, address, reader, clock):
    first = reader.get(address)
    clock.shift(dt.timedelta(minutes=5))
    again = reader.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["X-Robots-Tag"] == "noindex, nofollow"
    mark_paid(session.pk, by=coach.user, now=NOW, version=1, paid=True)
    assert reader.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_reading_changes_nothing(coach, session, address, reader):
    def everything():
        kinds = (Session, AccessLink, AuditEvent, OutboxMessage, Coach)
        return [list(kind.objects.order_by("pk").values()) for kind in kinds]

    before = everything()
    for _ in range(10):
        reader.get(address)
        reader.head(address)
    assert everything() == before
    assert reader.post(address).status_code == 405


def test_feed_asks_as_much_for_many_sessions_as_for_one(coach, maria, session, address, reader):
    with CaptureQueriesContext(connection) as one:
        reader.get(address)
    for day in (25, 26, 27):
        create_session(coach=coach, client=create_client(of=coach), at=f"2026-11-{day} 10:00")
    with CaptureQueriesContext(connection) as many:
        assert len(read_at(reader, address).events) == 4
    assert (len(one), len(many)) == (6, 6)


def test_unknown_ended_and_foreign_addresses_are_404(coach, client_user, session, address, reader, signed_in):
    def found(at):
        return [person.get(at).status_code for person in (reader, signed_in(coach))]

    assert found(address) == [200, 200]
    feed.open_feed(coach.user, now=NOW)
    assert found(address) == [404, 404]
    assert found("/calendar/feed/unknown.ics") == [404, 404]
    assert found("/calendar/feed/.ics") == [404, 404]
    link = AccessLink.objects.get()
    AccessLink.objects.filter(pk=link.pk).update(purpose="proposal")
    assert found(address) == [404, 404]


def test_who_has_left_or_has_no_calendar_any_more_is_404(coach, client_user, session, address, reader):
    theirs = f"/calendar/feed/{feed.open_feed(client_user, now=NOW)}.ics"
    User.objects.filter(pk=coach.pk).update(is_active=False)
    Client.objects.filter(user=client_user).update(user=None)
    assert [reader.get(each).status_code for each in (address, theirs)] == [404, 404]


def made_on(response):
    """The address that a page shows, as it is typed into a calendar."""
    found = re.search(r'id="feed-address"[^>]*value="http://127.0.0.1:8000([^"]+)"', words(response))
    return found[1] if found else None


def test_address_is_shown_once_when_it_is_made(coach, session, signed_in, reader):
    browser = signed_in(coach)
    assert "Make the address" in text(browser.get(PAGE))
    made = browser.post(PAGE, {"feed": "make"})
    at = made_on(made)
    assert made.status_code == 200
    assert read_at(reader, at).events[0].summary == "Session"
    assert f'href="webcal://127.0.0.1:8000{at}"' in words(made)
    again = browser.get(PAGE)
    assert made_on(again) is None
    assert "The address was made on Friday 20 November, 11:00. It was shown only then." in text(again)


def test_program_reads_the_address_in_private_where_it_can(coach, signed_in, settings):
    settings.SITE_URL = "https://praxis.test"
    page = words(signed_in(coach).post(PAGE, {"feed": "make"}))
    assert re.search(r'href="webcals://praxis.test/calendar/feed/[^"/]+\.ics"', page)
    assert 'value="https://praxis.test/calendar/feed/' in page


def test_address_is_replaced_and_turned_off_by_a_press(coach, signed_in, reader):
    browser = signed_in(coach)
    first, second = (made_on(browser.post(PAGE, {"feed": "make"})) for _ in range(2))
    assert [reader.get(at).status_code for at in (first, second)] == [404, 200]
    answer = browser.post(PAGE, {"feed": "end"}, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "The address opens nothing any more." in text(answer)
    assert "Make the address" in text(answer)
    assert reader.get(second).status_code == 404


def test_coach_chooses_names_and_sees_what_others_would(coach, session, signed_in):
    browser = signed_in(coach)
    assert "Session Tuesday 24 November, 10:00–10:50" in text(browser.get(PAGE))
    answer = browser.post(PAGE, {"names": "initials"}, follow=True)
    assert "Session (MS) Tuesday 24 November, 10:00–10:50" in text(answer)
    assert "Saved 11:00" in text(answer)


def test_client_has_no_names_to_choose(client_user, signed_in):
    browser = signed_in(client_user)
    page = words(browser.get(PAGE))
    assert 'name="names"' not in page
    assert 'id="tab-scheduling-settings_feed" href="/settings/feed/" aria-current="page"' in page
    assert browser.post(PAGE, {"names": "initials"}).status_code == 400


def test_page_is_for_who_has_sessions(staff, stranger, signed_in):
    assert [signed_in(person).get(PAGE).status_code for person in (staff, stranger)] == [403, 403]
    assert signed_in(staff).post(PAGE, {"feed": "make"}).status_code == 403
    assert signed_in().get(PAGE)["Location"] == f"/account/login/?next={PAGE}"
    assert AccessLink.objects.count() == 0


def test_damaged_press_is_refused(coach, signed_in):
    for sent in ({}, {"feed": "burn"}, {"names": "everything"}):
        assert signed_in(coach).post(PAGE, sent).status_code == 400


def test_who_is_coach_and_client_has_one_tab_and_both_calendars(
    coach, other_coach, client_user, signed_in, reader, clock
):
    Coach.objects.create(user=client_user)
    create_session(coach=coach, client=client_user.client, at=TUESDAY)
    create_session(coach=client_user.coach, client=create_client(of=client_user), at="2026-11-25 10:00")
    assert words(signed_in(client_user).get(PAGE)).count('id="tab-scheduling-settings_feed"') == 1
    calendar = read_at(reader, f"/calendar/feed/{feed.open_feed(client_user, now=NOW)}.ics")
    assert [event.summary for event in calendar.events] == ["Session with Elena Marinou", "Session"]
