import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.states import ClientStatus
from scheduling.models import Session
from scheduling.states import SessionStatus
from scheduling.templatetags import calendar
from tests import factories
from tests.legible import words

pytestmark = pytest.mark.django_db

BOOK = "/sessions/book/"
DIALOG = {"HX-Request": "true", "HX-Target": "dlg-body"}


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou", phone="697 000 0000")


@pytest.fixture
def session(coach, maria):
    return factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00")


def typed(client, **other):
    return {
        "client": str(client.pk),
        "day": "2026-11-23",
        "at": "13:00",
        "minutes": "50",
        "notify": "1",
        "form_key": uuid.uuid4().hex,
        **other,
    }


# Opening and looking


def test_booking_form_opens_in_the_dialog(coach, maria, signed_in):
    response = signed_in(coach).get(f"{BOOK}?day=2026-11-23&at=13:00", headers=DIALOG)
    assert response.status_code == 200
    assert response["HX-Trigger-After-Swap"] == "dlg:open"
    form = words(response)
    assert "<html" not in form
    assert "Monday 23 November, 13:00" in form
    assert 'hx-post="/sessions/book/"' in form
    assert '<span class="linkstate">Free until 17:00</span>' in form
    assert ">13:50</output>" in form
    assert str(maria.pk) in form


def test_booking_form_is_a_page_without_script(coach, maria, signed_in):
    page = words(signed_in(coach).get(f"{BOOK}?day=2026-11-23&at=13:00&client={maria.pk}"))
    assert '<div class="sheet">' in page
    assert "hx-post" not in page.split('class="sheet"')[1].split("<template")[0]
    assert "Save and tell Maria" in page
    assert f'value="{maria.pk}" checked' in page


def test_booking_form_begins_at_the_first_free_time(coach, signed_in):
    browser = signed_in(coach)
    assert "Friday 20 November, 11:00" in words(browser.get(BOOK))
    assert "Wednesday 25 November, 09:00" in words(browser.get(f"{BOOK}?day=2026-11-25"))
    assert "Monday 30 November, 09:00" in words(browser.get(f"{BOOK}?day=2026-11-28"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("day=2027-02-30&at=9", "There is no such day"),
        ("day=9999-12-31&at=9", "Choose a day from"),
        ("day=9999-12-31", "Choose a day from"),
        ("day=2026-11-23&at=25:00", "is not a time"),
        ("day=2027-03-28&at=03:30", "The clocks go forward on Sunday 28 March 2027"),
        ("day=2026-11-23&at=9&minutes=9999", "at most 8 hours"),
    ],
)
def test_booking_form_says_at_once_what_makes_no_sense(coach, signed_in, query, said):
    response = signed_in(coach).get(f"{BOOK}?{query}")
    assert response.status_code == 200
    assert said in words(response)


def test_booking_form_warns_before_anything_is_sent(coach, signed_in):
    form = words(signed_in(coach).get(f"{BOOK}?day=2026-11-23&at=16:30", headers=DIALOG))
    assert "20 minutes outside your hours" in form
    assert 'name="overrule"' in form
    assert "Take 16:00 instead" in form


def test_booking_form_says_who_has_the_hour(coach, nikos, session, signed_in):
    form = words(signed_in(coach).get(f"{BOOK}?day=2026-11-23&at=13:00&client={nikos.pk}", headers=DIALOG))
    assert "Taken by Maria Papadopoulou. 13:00–13:50." in form
    assert 'name="overrule"' not in form


def test_booking_form_never_says_with_whom_a_client_is_busy(coach, other_coach, nikos, signed_in):
    factories.create_care(client=nikos, provider=other_coach.user)
    factories.create_session(coach=other_coach, client=nikos, at="2026-11-23 13:00")
    form = words(signed_in(coach).get(f"{BOOK}?day=2026-11-23&at=13:00&client={nikos.pk}", headers=DIALOG))
    assert "Nikos Georgiou is busy then" in form
    assert "Daniel" not in form


def test_free_ends_where_the_next_session_begins(coach, session, signed_in):
    form = words(signed_in(coach).get(f"{BOOK}?day=2026-11-23&at=10:00", headers=DIALOG))
    assert "Free until 13:00" in form


# Whom to choose


def test_people_are_found_whatever_the_letters(coach, maria, nikos, signed_in):
    giannis = factories.create_client(of=coach, full_name="Γιάννης Δημητρίου")
    form = words(signed_in(coach).get(f"{BOOK}?q=giannis", headers=DIALOG))
    assert str(giannis.pk) in form
    assert str(maria.pk) not in form
    assert "<mark>Γιάννης</mark> Δημητρίου" in form
    assert "1 person matches “giannis”." in form


@pytest.mark.parametrize("q", ["697 000", "6970000000", "nikos@"])
def test_people_are_found_by_phone_and_email(coach, maria, nikos, signed_in, q):
    nikos.email = "nikos@praxis.test"
    nikos.save()
    form = words(signed_in(coach).get(BOOK, {"q": q}, headers=DIALOG))
    assert str(nikos.pk) in form
    assert str(maria.pk) not in form


def test_people_who_were_here_come_first_with_when(coach, maria, nikos, signed_in):
    factories.create_session(coach=coach, client=nikos, at="2026-11-12 10:00", status=SessionStatus.COMPLETED)
    blocking = factories.create_session(coach=coach, client=maria, at="2026-11-24 10:00")
    factories.create_case(coach=coach, client=nikos, blocking=blocking)
    form = words(signed_in(coach).get(BOOK, headers=DIALOG))
    assert form.index(str(nikos.pk)) < form.index(str(maria.pk))
    assert "Last session Thu 12 Nov" in form
    assert "First session Tue 24 Nov" in form
    assert "1 open wish" in form


def test_people_are_eight_at_most_and_the_chosen_one_stays(coach, maria, signed_in):
    for number in range(10):
        factories.create_client(of=coach, full_name=f"Anna {number}")
    form = words(signed_in(coach).get(f"{BOOK}?q=anna&client={maria.pk}", headers=DIALOG))
    assert form.count('name="client"') == 8
    assert words(signed_in(coach).get(BOOK, headers=DIALOG)).count('name="client"') == 5
    assert f'value="{maria.pk}" checked' in form
    assert "10 people match “anna”." in form


def test_people_are_only_the_coachs_active_ones(coach, other_coach, signed_in):
    factories.create_client(of=other_coach, full_name="Foreign")
    factories.create_client(of=coach, full_name="Archived", status=ClientStatus.ARCHIVED)
    form = words(signed_in(coach).get(BOOK, headers=DIALOG))
    assert "Foreign" not in form
    assert "Archived" not in form
    assert "Nobody is in your care yet." in form


def test_nobody_found_is_said(coach, maria, signed_in):
    form = words(signed_in(coach).get(f"{BOOK}?q=zzz", headers=DIALOG))
    assert "Nobody matches “zzz”." in form
    assert "Nobody in your care is called that." in form


def test_find_button_keeps_what_is_typed_and_books_nothing(coach, maria, signed_in):
    response = signed_in(coach).post(BOOK, typed(maria, q="mar", find="1", title="First", overrule="1", at="16:30"))
    assert response.status_code == 200
    page = words(response)
    assert "<mark>Mar</mark>ia" in page
    assert 'value="16:30"' in page
    assert 'value="First"' in page
    assert f'value="{maria.pk}" checked' in page
    assert 'name="overrule" value="1" required>' in page
    assert not Session.objects.exists()


def test_suggestion_is_taken_without_booking(coach, maria, signed_in):
    wanted = typed(maria, at="16:30", take="2026-11-23T16:00:00+02:00")
    page = words(signed_in(coach).post(BOOK, wanted, headers=DIALOG))
    assert 'value="16:00"' in page
    assert "Free until 17:00" in page
    assert not Session.objects.exists()


@pytest.mark.parametrize("minutes", ["9" * 5000, "0" * 5000 + "50"])
def test_number_of_thousands_of_digits_is_no_length(coach, maria, session, signed_in, minutes):
    browser, move = signed_in(coach), f"/sessions/{session.pk}/move/"
    assert browser.get(BOOK, {"minutes": minutes}).status_code == 200
    assert browser.post(BOOK, typed(maria, minutes=minutes, take="x")).status_code == 200
    for address in (BOOK, move, "/conflicts/offer/"):
        assert browser.post(address, typed(maria, minutes=minutes)).status_code == 422


@pytest.mark.parametrize(
    "take", ["", "x", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59+00:00"]
)
def test_suggestion_that_is_none_is_ignored(coach, maria, signed_in, take):
    response = signed_in(coach).post(BOOK, typed(maria, take=take))
    assert response.status_code == 200
    assert 'value="13:00"' in words(response)


def test_looking_costs_the_same_with_one_and_three_people(coach, signed_in):
    browser, counts = signed_in(coach), []
    for more in (1, 2):
        for number in range(more):
            client = factories.create_client(of=coach)
            factories.create_session(coach=coach, client=client, at=f"2026-11-2{more} 1{number}:00")
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"{BOOK}?day=2026-11-23&at=13:00", headers=DIALOG)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


NIGHT = {"day": "2027-10-31", "at": "03:30"}
FIRST, SECOND = "2027-10-31T03:30:00+03:00", "2027-10-31T03:30:00+02:00"


@pytest.mark.parametrize(
    ("fold", "instant"),
    [("", FIRST), ("1", SECOND)],
)
def test_time_that_the_night_has_twice_is_the_one_that_was_meant(coach, maria, signed_in, fold, instant):
    browser, form = signed_in(coach), typed(maria, **NIGHT, fold=fold)
    said = f"03:30 comes twice that night; this is the {'second' if fold else 'first'} one."
    assert said in words(browser.get(BOOK, NIGHT | {"fold": fold}))
    assert browser.post(BOOK, form | {"overrule": "1"}, headers=DIALOG).status_code == 204
    assert Session.objects.get().starts_at == dt.datetime.fromisoformat(instant)


def test_session_at_the_second_of_two_equal_times_stands_where_it_is(coach, maria, signed_in):
    at = dt.datetime.fromisoformat(SECOND)
    session = factories.create_session(coach=coach, client=maria, at=at)
    response = signed_in(coach).get(f"/sessions/{session.pk}/move/")
    assert 'name="fold" value="1"' in words(response)
    taken = signed_in(coach).post(BOOK, typed(maria, take=SECOND))
    assert 'name="fold" value="1"' in words(taken)
    assert calendar.book_url(session.interval) == "/sessions/book/?day=2027-10-31&at=03:30&fold=1"
