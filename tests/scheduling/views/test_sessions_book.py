import json
import re
import uuid

import pytest

from clients.models import AuditEvent, OutboxMessage
from clients.states import ClientStatus
from scheduling.models import Session
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
    return factories.create_client(of=coach, full_name="Nikos Georgiou")


@pytest.fixture
def session(coach, maria):
    return factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00", price=60)


def events(response):
    return json.loads(response["HX-Trigger"])


def booking(client, **other):
    return {
        "client": str(client.pk),
        "day": "2026-11-23",
        "at": "13:00",
        "minutes": "50",
        "notify": "1",
        "form_key": uuid.uuid4().hex,
        **other,
    }


def test_booking_in_the_dialog_closes_it_and_the_calendar_reads_itself(coach, maria, signed_in):
    response = signed_in(coach).post(BOOK, booking(maria, title="First"), headers=DIALOG)
    assert response.status_code == 204
    session = Session.objects.get()
    assert (session.client, session.provider, session.title) == (maria, coach.user, "First")
    assert session.interval == factories.hour("2026-11-23 13:00")
    assert events(response) == {
        "dlg:close": {},
        "calendar:changed": {},
        "pending:changed": {},
        "toast": {
            "text": "Booked: Maria Papadopoulou, Monday 23 November, 13:00. "
            "The message to Maria waits until mail is set up."
        },
    }


def test_booking_that_tells_nobody_speaks_of_no_message(coach, maria, signed_in):
    response = signed_in(coach).post(BOOK, booking(maria, notify="0"), headers=DIALOG)
    assert events(response)["toast"] == {"text": "Booked: Maria Papadopoulou, Monday 23 November, 13:00."}


def test_booking_sent_again_after_it_was_cancelled_is_booked_anew_by_one_more_press(coach, maria, signed_in):
    browser, form = signed_in(coach), booking(maria)
    browser.post(BOOK, form, headers=DIALOG)
    Session.objects.update(status="cancelled", cancelled_at=factories.NOW)
    refused = browser.post(BOOK, form, headers=DIALOG)
    assert refused.status_code == 409
    assert "This was booked before and has been cancelled since." in words(refused)
    (key,) = re.findall(r'name="form_key" value="([^"]*)"', words(refused))
    assert browser.post(BOOK, form | {"form_key": key}, headers=DIALOG).status_code == 204
    assert list(Session.objects.order_by("pk").values_list("status", flat=True)) == ["cancelled", "scheduled"]


def test_booking_without_script_leads_to_the_week(coach, maria, signed_in):
    response = signed_in(coach).post(BOOK, booking(maria), follow=True)
    assert response.redirect_chain == [("/calendar/?date=2026-11-23", 302)]
    assert "Booked: Maria Papadopoulou, Monday 23 November, 13:00." in words(response)


@pytest.mark.parametrize(("notify", "told"), [("1", 1), ("0", 0)])
def test_booking_tells_the_client_or_not(coach, maria, signed_in, notify, told):
    signed_in(coach).post(BOOK, booking(maria, notify=notify))
    assert OutboxMessage.objects.count() == told


def test_form_sent_twice_books_once(coach, maria, signed_in):
    browser, form = signed_in(coach), booking(maria)
    assert [browser.post(BOOK, form, headers=DIALOG).status_code for _ in range(2)] == [204, 204]
    assert Session.objects.count() == 1


def test_same_form_with_other_answers_is_refused_in_words(coach, maria, signed_in):
    browser, form = signed_in(coach), booking(maria)
    browser.post(BOOK, form, headers=DIALOG)
    response = browser.post(BOOK, form | {"at": "15:00"}, headers=DIALOG)
    assert response.status_code == 409
    assert "The first one counts." in words(response)
    assert Session.objects.count() == 1


def test_mistakes_come_back_with_everything_typed(coach, maria, signed_in):
    response = signed_in(coach).post(BOOK, booking(maria, at="25:00", title="First"), headers=DIALOG)
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#dlg-body"
    form = words(response)
    assert "is not a time" in form
    assert 'value="25:00"' in form
    assert 'value="First"' in form
    assert f'value="{maria.pk}" checked' in form
    assert not Session.objects.exists()


@pytest.fixture
def case(coach, nikos, session):
    """Nikos waits for Maria's hour."""
    return factories.create_case(coach=coach, client=nikos, blocking=session)


def test_form_opened_from_a_wish_says_so_and_settles_it(coach, nikos, maria, case, signed_in):
    browser = signed_in(coach)
    opened = words(browser.get(f"{BOOK}?client={nikos.pk}&case={case.pk}"))
    assert "Settles Nikos’s wish for Monday 23 November, 13:00." in opened
    assert f'name="case" value="{case.pk}"' in opened
    assert "Settles" not in words(browser.get(f"{BOOK}?client={maria.pk}&case={case.pk}"))
    form = booking(nikos, at="15:00", case=case.pk)
    assert [browser.post(BOOK, form, headers=DIALOG).status_code for _ in range(2)] == [204, 204]
    case.refresh_from_db()
    assert (case.status, case.session) == ("resolved", Session.objects.get(client=nikos))


def test_wish_that_was_closed_meanwhile_is_said_once(coach, nikos, case, signed_in):
    case.status, case.closed_at = "withdrawn", factories.NOW
    case.save()
    response = signed_in(coach).post(BOOK, booking(nikos, at="15:00", case=case.pk), headers=DIALOG)
    assert response.status_code == 409
    assert "This wish is closed already." in words(response)
    assert 'name="case"' not in words(response)


@pytest.mark.parametrize("key", ["foreign", "x", "9" * 18])
def test_wishes_of_others_are_not_found(coach, other_coach, nikos, signed_in, key):
    if key == "foreign":
        theirs = factories.create_client(of=other_coach)
        blocking = factories.create_session(coach=other_coach, client=theirs, at="2026-11-23 13:00")
        key = factories.create_case(coach=other_coach, client=theirs, blocking=blocking).pk
    assert signed_in(coach).get(f"{BOOK}?client={nikos.pk}&case={key}").status_code == 404


def test_booking_for_a_wish_carries_it_through_a_clash(coach, nikos, case, signed_in):
    page = words(signed_in(coach).post(BOOK, booking(nikos, case=case.pk), headers=DIALOG))
    assert f'name="case" value="{case.pk}"' in page


def test_missing_client_is_asked_for(coach, signed_in, maria):
    response = signed_in(coach).post(BOOK, booking(maria) | {"client": ""})
    assert response.status_code == 422
    assert "<title>Problem: New session · Praxis</title>" in words(response)
    assert "Choose who the session is for." in words(response)


def test_archived_client_is_refused_in_words(coach, signed_in):
    gone = factories.create_client(of=coach, full_name="Arben Hoxha", status=ClientStatus.ARCHIVED)
    response = signed_in(coach).post(BOOK, booking(gone), headers=DIALOG)
    assert response.status_code == 422
    assert "Arben Hoxha is archived" in words(response)


@pytest.mark.parametrize("who", ["foreign", "unknown", "garbage"])
def test_clients_of_others_are_not_found(coach, other_coach, maria, signed_in, who):
    foreign = factories.create_client(of=other_coach, full_name="Foreign")
    key = {"foreign": foreign.pk, "unknown": uuid.uuid4(), "garbage": "x"}[who]
    browser = signed_in(coach)
    posted = browser.post(BOOK, booking(maria) | {"client": str(key)})
    looked = browser.get(f"{BOOK}?client={key}")
    assert (posted.status_code, looked.status_code) == (404, 404)
    assert posted.content == browser.post(BOOK, booking(maria) | {"client": str(uuid.uuid4())}).content
    assert not Session.objects.exists()


def test_outside_hours_is_a_warning_that_the_coach_overrules(coach, maria, signed_in):
    browser, form = signed_in(coach), booking(maria, at="16:30", title="First")
    warned = browser.post(BOOK, form, headers=DIALOG)
    assert warned.status_code == 409
    assert "20 minutes outside your hours" in words(warned)
    assert 'name="overrule" value="1" required autofocus' in words(warned)
    assert "Tick the box to book anyway" in words(warned)
    assert 'value="First"' in words(warned)
    assert not Session.objects.exists()
    assert browser.post(BOOK, form | {"overrule": "1"}, headers=DIALOG).status_code == 204
    assert Session.objects.get().interval == factories.hour("2026-11-23 16:30")


def test_taken_hour_opens_the_conflict_dialog_and_writes_nothing(coach, nikos, session, signed_in):
    response = signed_in(coach).post(BOOK, booking(nikos), headers=DIALOG)
    assert response.status_code == 409
    assert "Monday 23 November, 13:00 is taken" in words(response)
    assert Session.objects.count() == 1
    assert not AuditEvent.objects.exists()


def test_overruling_does_not_help_against_a_taken_hour(coach, nikos, session, signed_in):
    response = signed_in(coach).post(BOOK, booking(nikos, overrule="1"))
    assert response.status_code == 409
    assert Session.objects.count() == 1


def test_booking_is_only_for_coaches(maria, client_user, signed_in):
    assert signed_in(client_user).post(BOOK, booking(maria)).status_code == 403
    assert signed_in().get(BOOK).status_code == 302
    assert not Session.objects.exists()
