import json

import pytest

from config.kernel.time import Interval
from scheduling.models import Session
from scheduling.states import SessionStatus
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


def move(**other):
    return {"day": "2026-11-24", "at": "10:00", "minutes": "50", "version": "1", **other}


def test_session_page_says_what_is_known(coach, session, signed_in):
    page = words(signed_in(coach).get(f"/sessions/{session.pk}/"))
    assert "<title>Maria Papadopoulou, Monday 23 November, 13:00 · Praxis</title>" in page
    assert "Monday 23 November, 13:00–13:50" in page
    assert "€60.00" in page
    assert f'href="/sessions/{session.pk}/move/"' in page
    assert f'href="/sessions/{session.pk}/cancel/"' in page
    assert 'href="/calendar/?date=2026-11-23"' in page


def test_session_page_says_who_was_asked_and_who_waits(coach, nikos, session, signed_in):
    case = factories.create_case(coach=coach, client=nikos, blocking=session)
    factories.create_proposal(session=session, case=case, offers=["2026-11-24 10:00", "2026-11-25 10:00"])
    page = words(signed_in(coach).get(f"/sessions/{session.pk}/"))
    assert "Maria Papadopoulou was offered 2 other times." in page
    assert 'data-status="proposed"' in page
    assert f'href="/conflicts/#case-{case.pk}">Nikos Georgiou</a>' in page


def test_session_page_of_a_cancelled_one_offers_nothing(coach, maria, signed_in):
    gone = factories.create_session(
        coach=coach, client=maria, at="2026-11-23 13:00", status=SessionStatus.CANCELLED, cancellation_reason="<ill>"
    )
    page = words(signed_in(coach).get(f"/sessions/{gone.pk}/"))
    assert "&lt;ill&gt;" in page
    assert "session-move" not in page


@pytest.mark.parametrize("page", ["", "move/", "cancel/"])
@pytest.mark.parametrize("number", [0, 10**30])
def test_sessions_of_others_are_not_found(other_coach, session, signed_in, page, number):
    browser = signed_in(other_coach)
    foreign, unknown = (browser.get(f"/sessions/{key}/{page}") for key in (session.pk, number))
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content == unknown.content


# Moving


def test_move_form_offers_times_that_are_free(coach, session, signed_in):
    form = words(signed_in(coach).get(f"/sessions/{session.pk}/move/", headers=DIALOG))
    assert "Monday 23 November, 13:00–13:50" in form
    assert form.count('name="take"') == 5
    assert 'name="version" value="1"' in form


def test_move_form_warns_of_nothing_before_anything_is_changed(coach, maria, signed_in):
    late = factories.create_session(coach=coach, client=maria, at="2026-11-23 16:30")
    browser, url = signed_in(coach), f"/sessions/{late.pk}/move/"
    assert "outside your hours" not in words(browser.get(url, headers=DIALOG))
    assert "outside your hours" in words(browser.get(f"{url}?day=2026-11-24&at=16:30&minutes=50", headers=DIALOG))


@pytest.mark.parametrize("page", ["move", "cancel"])
def test_forms_say_who_is_told_and_how(coach, maria, session, signed_in, page):
    maria.phone, maria.email = "694 000 0202", "maria@praxis.test"
    maria.save()
    address = f"/sessions/{session.pk}/{page}/"
    form = words(signed_in(coach).get(address, headers=DIALOG))
    assert "Maria is told by email, 20 seconds later" in form
    assert '<a href="tel:6940000202">Call 694 000 0202</a>' in form
    maria.email = ""
    maria.save()
    assert "no email address of Maria: please tell it yourself" in words(signed_in(coach).get(address, headers=DIALOG))


def test_suggested_time_is_put_into_the_move_form(coach, session, signed_in):
    sent = {**move(), "take": "2026-11-25T11:00:00+02:00"}
    form = words(signed_in(coach).post(f"/sessions/{session.pk}/move/", sent, headers=DIALOG))
    assert 'value="11:00"' in form
    assert 'value="2026-11-25"' in form
    session.refresh_from_db()
    assert session.version == 1


def test_move_moves(coach, session, signed_in):
    response = signed_in(coach).post(f"/sessions/{session.pk}/move/", move(), headers=DIALOG)
    assert response.status_code == 204
    assert events(response)["toast"] == {
        "text": "Moved: Maria Papadopoulou, Tuesday 24 November, 10:00.",
        "undo": {"url": f"/sessions/{session.pk}/undo/", "fields": {"version": "2"}},
    }
    session.refresh_from_db()
    assert session.interval == factories.hour("2026-11-24 10:00")


def test_move_without_script_leads_to_the_new_week(coach, session, signed_in):
    response = signed_in(coach).post(f"/sessions/{session.pk}/move/", move(day="2026-12-01"))
    assert (response.status_code, response["Location"]) == (302, "/calendar/?date=2026-12-01")


def test_move_to_a_taken_hour_names_who_has_it(coach, nikos, session, signed_in):
    factories.create_session(coach=coach, client=nikos, at="2026-11-24 10:00")
    response = signed_in(coach).post(f"/sessions/{session.pk}/move/", move(), headers=DIALOG)
    assert response.status_code == 409
    assert "<strong>Taken by Nikos Georgiou</strong>" in words(response)
    assert 'value="2026-11-24"' in words(response)
    session.refresh_from_db()
    assert session.version == 1


def test_move_outside_hours_is_overruled(coach, session, signed_in):
    browser, url = signed_in(coach), f"/sessions/{session.pk}/move/"
    warned = browser.post(url, move(at="18:00"), headers=DIALOG)
    assert warned.status_code == 409
    assert "Move it there all the same, only this once" in words(warned)
    assert browser.post(url, move(at="18:00", overrule="1"), headers=DIALOG).status_code == 204


def test_move_of_what_changed_meanwhile_shows_the_truth(coach, session, signed_in):
    Session.objects.filter(pk=session.pk).update(during=factories.hour("2026-11-26 09:00").as_range(), version=7)
    response = signed_in(coach).post(f"/sessions/{session.pk}/move/", move(), headers=DIALOG)
    assert response.status_code == 409
    form = words(response)
    assert "was changed since you opened the page" in form
    assert "Thursday 26 November, 09:00–09:50" in form
    assert 'name="version" value="7"' in form


def test_move_mistakes_come_back(coach, session, signed_in):
    response = signed_in(coach).post(f"/sessions/{session.pk}/move/", move(day="2027-02-30"), headers=DIALOG)
    assert response.status_code == 422
    assert "There is no such day" in words(response)


def test_cancelled_session_does_not_move(coach, session, signed_in):
    browser, url = signed_in(coach), f"/sessions/{session.pk}/move/"
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.CANCELLED, cancelled_at=factories.NOW)
    for response in (browser.get(url), browser.post(url, move())):
        assert response.status_code == 409
        assert "Only a scheduled session can be moved." in words(response)


# Cancelling


def test_cancel_cancels_with_the_reason(coach, session, signed_in):
    browser, url = signed_in(coach), f"/sessions/{session.pk}/cancel/"
    assert 'name="version" value="1"' in words(browser.get(url, headers=DIALOG))
    response = browser.post(url, {"version": "1", "reason": "ill"}, headers=DIALOG)
    assert response.status_code == 204
    assert events(response)["toast"] == {
        "text": "Cancelled: Maria Papadopoulou, Monday 23 November, 13:00.",
        "undo": {"url": f"/sessions/{session.pk}/undo/", "fields": {"version": "2"}},
    }
    session.refresh_from_db()
    assert (session.status, session.cancellation_reason) == (SessionStatus.CANCELLED, "ill")


def test_cancel_says_for_whom_the_hour_is_kept(coach, nikos, session, signed_in):
    factories.create_case(coach=coach, client=nikos, blocking=session)
    form = words(signed_in(coach).get(f"/sessions/{session.pk}/cancel/", headers=DIALOG))
    assert "kept for the one who waits for it: Nikos Georgiou" in form


@pytest.mark.parametrize(
    ("act", "fields", "done"),
    [
        ("cancel", {"version": "1"}, "Cancelled: Maria Papadopoulou, Monday 23 November, 13:00."),
        ("move", move(), "Moved: Maria Papadopoulou, Tuesday 24 November, 10:00."),
    ],
)
def test_who_is_booked_into_the_hour_is_named_and_it_is_not_offered_back(
    act, fields, done, coach, nikos, session, signed_in
):
    factories.create_case(coach=coach, client=nikos, blocking=session, book_when_freed=True)
    response = signed_in(coach).post(f"/sessions/{session.pk}/{act}/", fields, headers=DIALOG)
    assert events(response)["toast"] == {"text": f"{done} Booked: Nikos Georgiou, Monday 23 November, 13:00."}


@pytest.mark.parametrize(
    ("wish", "is_named"),
    [
        ({"weekdays": [0], "starts": "12:00", "ends": "15:00"}, True),
        ({"weekdays": [0], "starts": "13:00", "ends": "13:30"}, False),
        ({"weekdays": [1], "starts": "12:00", "ends": "15:00"}, False),
        ({"weekdays": [0], "starts": "12:00", "ends": "15:00", "minutes": 90}, False),
    ],
    ids=["it suits", "too little of it", "another day", "too short"],
)
def test_cancel_says_whom_on_the_waiting_list_the_hour_would_suit(wish, is_named, coach, nikos, session, signed_in):
    factories.create_wait(coach=coach, client=nikos, **wish)
    form = words(signed_in(coach).get(f"/sessions/{session.pk}/cancel/", headers=DIALOG))
    assert ("It would suit <b>Nikos Georgiou</b>, from the waiting list." in form) == is_named


def test_cancel_does_not_say_that_the_hour_would_suit_who_leaves_it(coach, maria, session, signed_in):
    factories.create_wait(coach=coach, client=maria)
    form = words(signed_in(coach).get(f"/sessions/{session.pk}/cancel/", headers=DIALOG))
    assert "It would suit" not in form


def test_cancel_of_what_changed_meanwhile_shows_the_truth(coach, session, signed_in):
    moved = Interval.lasting(session.ends_at, 50)
    Session.objects.filter(pk=session.pk).update(during=moved.as_range(), version=2)
    response = signed_in(coach).post(
        f"/sessions/{session.pk}/cancel/", {"version": "1", "reason": "ill"}, headers=DIALOG
    )
    assert response.status_code == 409
    form = words(response)
    assert "13:50–14:40" in form
    assert 'name="version" value="2"' in form
    assert ">\nill</textarea>" in form


def test_cancel_with_a_novel_is_refused_in_words(coach, session, signed_in):
    response = signed_in(coach).post(
        f"/sessions/{session.pk}/cancel/", {"version": "1", "reason": "x" * 1001}, headers=DIALOG
    )
    assert response.status_code == 422
    session.refresh_from_db()
    assert session.status == SessionStatus.SCHEDULED
