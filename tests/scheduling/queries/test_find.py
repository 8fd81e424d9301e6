import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Care, Client
from clients.states import ClientStatus
from scheduling.models import SessionNote
from scheduling.queries.cards import Shown
from scheduling.queries.find import found
from scheduling.states import SessionStatus
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Μαρία Παπαδοπούλου", phone="+30 694 123 4567")


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Νίκος Γεωργίου")


@pytest.fixture
def book(coach, maria):
    return lambda at, **more: factories.create_session(coach=coach, client=more.pop("client", maria), at=at, **more)


@pytest.fixture
def find(coach, now):
    return lambda typed: found(coach, typed, now=now)


def times(seen):
    return [f"{session.during.starts_at:%m-%d %H:%M}" for session in seen.sessions]


@pytest.mark.parametrize("typed", ["μαρια", "ΜΑΡΙΑ", "maria", "Παπαδοπουλου", " παπ ", "6941234"])
def test_client_is_found_blind_to_accents_and_alphabets(maria, nikos, find, typed):
    assert [person.id for person in find(typed).people] == [maria.pk]


@pytest.mark.parametrize("typed", ["Νίκος", "νικος", "ΝΙΚΟΣ", "νικοσ"])
def test_client_is_found_with_either_sigma_at_the_end(maria, nikos, find, typed):
    assert [person.id for person in find(typed).people] == [nikos.pk]


def test_client_comes_with_last_and_next_session(maria, book, find):
    book("2026-11-10 10:00")
    book("2026-11-24 10:00")
    book("2026-12-01 10:00")
    (person,) = find("maria").people
    assert (person.last, person.next) == (factories.moment("2026-11-10 10:00"), factories.moment("2026-11-24 10:00"))
    assert (person.name, person.hit, person.is_active) == ("Μαρία Παπαδοπούλου", "Μαρία", True)


def test_archived_client_is_found_and_said_to_be_one(maria, find):
    Client.objects.update(status=ClientStatus.ARCHIVED)
    (person,) = find("maria").people
    assert not person.is_active


def test_names_that_begin_so_come_first(coach, find):
    for name in ("Anna Maria", "Eva Maria", "Maria Zeta"):
        factories.create_client(of=coach, full_name=name)
    assert [person.name for person in find("maria").people] == ["Maria Zeta", "Anna Maria", "Eva Maria"]


def test_many_clients_are_counted_and_the_first_few_listed(coach, find):
    for number in range(11):
        factories.create_client(of=coach, full_name=f"Maria {number:02}")
    seen = find("maria")
    assert (len(seen.people), seen.people_found, seen.more_people) == (8, 11, 3)


def test_sessions_ahead_come_before_those_past_and_the_nearest_first(book, find):
    for at in ("2026-11-10 10:00", "2026-11-17 10:00", "2026-11-24 10:00", "2026-12-01 10:00"):
        book(at)
    assert times(find("maria")) == ["11-24 08:00", "12-01 08:00", "11-17 08:00", "11-10 08:00"]


def test_a_session_that_goes_on_is_the_first(book, find):
    book("2026-11-20 12:00")
    book("2026-11-20 10:30")
    seen = find("maria")
    assert times(seen) == ["11-20 08:30", "11-20 10:00"]
    assert seen.sessions[0].shown == Shown.LIVE


def test_session_is_found_by_its_title(book, nikos, find):
    book("2026-11-24 10:00", title="Ζευγάρι")
    book("2026-11-24 12:00", client=nikos)
    seen = find("ζευγαρι")
    assert (times(seen), seen.people) == (["11-24 08:00"], ())
    assert seen.sessions[0].note == "Ζευγάρι"


def test_session_is_found_by_a_day(book, nikos, find):
    book("2026-11-24 10:00")
    book("2026-11-24 12:00", client=nikos)
    book("2026-11-25 12:00")
    for typed in ("24 nov", "24/11", "24 Νοεμβρίου", "tuesday", "Τρίτη"):
        seen = find(typed)
        assert (seen.day, times(seen)) == (dt.date(2026, 11, 24), ["11-24 08:00", "11-24 10:00"])


def test_cancelled_and_owed_sessions_say_so(book, find):
    book("2026-11-24 10:00", status=SessionStatus.CANCELLED)
    book("2026-11-17 10:00", status=SessionStatus.COMPLETED, price=60)
    cancelled, owed = find("maria").sessions
    assert (cancelled.shown, owed.shown, owed.is_due) == (Shown.CANCELLED, Shown.COMPLETED, True)


def test_twenty_sessions_are_listed_and_all_are_counted(book, find):
    for number in range(23):
        book(factories.NOW + dt.timedelta(days=number + 1))
    seen = find("maria")
    assert (len(seen.sessions), seen.sessions_found, seen.more_sessions) == (20, 23, 3)


def test_nothing_of_others_is_found(other_coach, coach, find):
    factories.create_client(of=other_coach, full_name="Maria Other", phone="6941234567")
    shared = factories.create_client(of=[coach, other_coach], full_name="Eva Shared")
    factories.create_session(coach=other_coach, client=shared, at="2026-11-24 10:00", title="maria")
    for typed in ("maria", "694123", "24/11"):
        assert find(typed).is_empty
    assert find("eva").sessions == ()


def test_nothing_is_found_of_a_client_whose_care_has_ended(maria, book, find):
    book("2026-11-24 10:00", title="couple")
    Care.objects.update(ended_at=factories.NOW)
    for typed in ("maria", "couple", "24/11"):
        assert find(typed).is_empty


def test_notes_and_descriptions_are_not_searched(coach, maria, book, find):
    maria.notes = "secretword"
    maria.save(update_fields=["notes"])
    session = book("2026-11-24 10:00", description="secretword")
    SessionNote.objects.create(session=session, author=coach.user, body="secretword")
    assert find("secretword").is_empty


@pytest.mark.parametrize("typed", ["", "   "])
def test_without_letters_nothing_is_asked(maria, find, typed, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert find(typed).is_empty


@pytest.mark.parametrize("typed", ["%", "_", "'", "\\", "(((", "ma%ia", "👩‍🦰", "1900-01-01", "9999-12-31", "1/1/0001"])
def test_odd_letters_find_nothing(maria, find, typed):
    assert find(typed).is_empty


def test_queries_are_four_however_much_is_found(coach, book, find):
    counts = []
    for number in (1, 3):
        for each in range(number):
            client = factories.create_client(of=coach, full_name=f"Maria {number} {each}")
            book(f"2026-12-0{number} 1{each}:00", client=client, title="maria")
        with CaptureQueriesContext(connection) as queries:
            find("maria")
        counts.append(len(queries))
    assert counts == [4, 4]


def test_of_too_many_clients_no_sessions_are_looked_for(coach, now, book, monkeypatch):
    monkeypatch.setattr("scheduling.queries.find.TOO_MANY", 1)
    other = factories.create_client(of=coach, full_name="Maria Other")
    book("2026-11-24 10:00")
    book("2026-11-24 12:00", client=other)
    seen = found(coach, "maria", now=now)
    assert (seen.people_found, seen.sessions) == (2, ())
