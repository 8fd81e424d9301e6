from __future__ import annotations

import pytest

from scheduling.models import ConflictCase, Session
from scheduling.states import CaseStatus
from tests.factories import (
    create_case,
    create_client,
    create_coach,
    create_session,
    create_wait,
    hour,
)
from tests.scheduling.views.conflict_dialog import HTMX, words

pytestmark = pytest.mark.django_db

WAIT = "/conflicts/wait/"
EVENING = {"weekdays": "1", "starts": "17:00", "ends": "20:00", "minutes": "50", "until": "2026-12-18"}


@pytest.fixture
def browser(signed_in, coach):
    return signed_in(coach)


@pytest.fixture
def nikos(coach):
    return create_client(of=coach, full_name="Nikos Georgiou")


def test_the_form_opens_with_what_is_usual_and_what_is_known(browser, nikos):
    page = words(browser.get(WAIT))
    assert 'value="2026-12-18"' in page
    page = words(browser.get(f"{WAIT}?client={nikos.pk}&weekdays=3", headers=HTMX))
    assert f'value="{nikos.pk}" checked' in page
    assert 'id="id_weekdays_3" value="3" checked' in page
    assert "<html" not in page


def test_somebody_is_put_on_the_list(browser, nikos):
    response = browser.post(WAIT, EVENING | {"client": nikos.pk, "form_key": "k"}, headers=HTMX)
    assert response.status_code == 204
    assert "On the waiting list: Nikos Georgiou" in response["HX-Trigger"]
    assert browser.post(WAIT, EVENING | {"client": nikos.pk, "form_key": "k"}).status_code == 302
    page = words(browser.get("/conflicts/"))
    assert "<b>Nikos Georgiou</b> waits for any Tuesday 17:00–20:00, until Friday 18 December." in page
    assert ConflictCase.objects.count() == 1
    assert "All 1" in page
    assert "Need you 0" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"client": ""}, "Choose who waits."),
        ({"starts": "25"}, "is not a time"),
        ({"starts": "20:00", "ends": "17:00"}, "The end must come after the start."),
        ({"starts": "17:00", "ends": "17:30"}, "does not fit between these times"),
        ({"until": "2026-11-19"}, "Choose a day from"),
        ({"until": "2027-12-01"}, "Choose a day from"),
        ({"until": "2026-11-23"}, "None of these days comes before that."),
        ({"weekdays": "9"}, "weekdays"),
        ({"minutes": "x"}, "whole minutes"),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_typed_stays(wrong, said, browser, nikos):
    response = browser.post(WAIT, EVENING | {"client": nikos.pk} | wrong, headers=HTMX)
    assert response.status_code == 422
    assert said in words(response)
    if "starts" not in wrong:
        assert 'value="17:00"' in words(response)
    assert not ConflictCase.objects.exists()


def test_who_need_not_wait_is_shown_what_is_free(browser, nikos):
    asked = EVENING | {"client": nikos.pk, "starts": "9:00", "ends": "12:00", "form_key": "k"}
    response = browser.post(WAIT, asked, headers=HTMX)
    assert response.status_code == 409
    page = words(response)
    assert "Free now, and it suits" in page
    assert page.count("/sessions/book/?") == 10  # five times, each as a link for both kinds of browser
    assert f"client={nikos.pk}" in page
    assert "Wait anyway" in page
    assert browser.post(WAIT, asked | {"anyway": "1"}, headers=HTMX).status_code == 204
    page = words(browser.get("/conflicts/?show=mine"))
    assert "Free times suit Nikos Georgiou" in page
    case = ConflictCase.objects.get()
    assert f"case={case.pk}" in page


def test_the_booking_form_says_that_it_settles_the_wait(browser, coach, nikos):
    case = create_wait(coach=coach, client=nikos)
    page = words(browser.get(f"/sessions/book/?client={nikos.pk}&case={case.pk}&day=2026-11-24&at=10:00"))
    assert "Settles what Nikos waits for." in page


def test_finding_somebody_without_script_keeps_what_is_typed(browser, nikos):
    create_client(full_name="Nobody of ours")
    response = browser.post(WAIT, EVENING | {"find": "1", "q": "Nik"})
    page = words(response)
    assert response.status_code == 200
    assert 'value="17:00"' in page
    assert f'value="{nikos.pk}"' in page


def test_what_somebody_waits_for_is_changed(browser, coach, nikos):
    case = create_wait(coach=coach, client=nikos, weekdays=[1], starts="17:00", ends="20:00")
    page = words(browser.get(f"/conflicts/{case.pk}/wait/"))
    assert 'id="id_weekdays_1" value="1" checked' in page
    assert 'value="17:00"' in page
    response = browser.post(f"/conflicts/{case.pk}/wait/", EVENING | {"weekdays": ["2", "4"]}, headers=HTMX)
    assert response.status_code == 204
    assert sorted(case.windows.values_list("weekday", flat=True)) == [2, 4]
    wrong = browser.post(f"/conflicts/{case.pk}/wait/", EVENING | {"until": ""}, headers=HTMX)
    assert wrong.status_code == 422


def test_only_an_open_place_on_the_list_is_changed(browser, coach, nikos):
    session = create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 10:00")
    clash = create_case(coach=coach, client=nikos, blocking=session)
    assert browser.get(f"/conflicts/{clash.pk}/wait/").status_code == 409
    case = create_wait(coach=coach, client=nikos)
    assert browser.post(f"/conflicts/{case.pk}/withdraw/", headers=HTMX).status_code == 204
    assert browser.get(f"/conflicts/{case.pk}/wait/").status_code == 409


def test_nobody_elses_list_is_there(signed_in, coach, nikos):
    case = create_wait(coach=coach, client=nikos)
    stranger = signed_in(create_coach())
    assert stranger.get(f"/conflicts/{case.pk}/wait/").status_code == 404
    assert stranger.get(f"{WAIT}?client={nikos.pk}").status_code == 404
    assert stranger.post(WAIT, EVENING | {"client": nikos.pk}).status_code == 404


def test_a_held_hour_is_booked_with_one_press_or_given_up(browser, coach, nikos):
    case = create_wait(coach=coach, client=nikos, at="2026-11-24 10:00")
    page = words(browser.get("/conflicts/"))
    assert "Book Nikos, Tue 10:00" in page
    assert browser.post(f"/conflicts/{case.pk}/release/", headers=HTMX).status_code == 204
    refused = browser.post(f"/conflicts/{case.pk}/book/", headers=HTMX)
    assert refused.status_code == 409
    assert "No hour is held for this client any more." in words(refused)
    other = create_wait(coach=coach, client=nikos, at="2026-11-24 12:00")
    assert browser.post(f"/conflicts/{other.pk}/book/", headers=HTMX).status_code == 204
    assert Session.objects.get().interval == hour("2026-11-24 12:00")
    page = words(browser.get("/conflicts/?show=closed"))
    assert "From the waiting list." in page


def test_times_are_offered_that_suit(browser, coach, nikos):
    case = create_wait(coach=coach, client=nikos, weekdays=[1], starts="10:00", ends="12:00")
    page = words(browser.get(f"/conflicts/{case.pk}/offer/"))
    assert "Nikos Georgiou waits for any Tuesday 10:00–12:00" in page
    assert "You can choose between these times." in page
    assert "2026-11-24T10:00" in page
    assert "2026-11-25" not in page
    response = browser.post(
        f"/conflicts/{case.pk}/offer/",
        {"offer": "2026-11-24T10:00+02:00", "expires": "2026-11-21T16:00:00+00:00", "note": ""},
        headers=HTMX,
    )
    assert response.status_code == 200
    assert "Nikos Georgiou was offered times" in words(browser.get("/conflicts/"))


def test_when_nothing_suits_that_is_said_and_not_that_nothing_is_near(browser, coach, nikos):
    case = create_wait(coach=coach, client=nikos, weekdays=[6])
    page = words(browser.get(f"/conflicts/{case.pk}/offer/"))
    assert "Nothing that suits is free. Type a time of your own." in page
    assert "two weeks around" not in page


def test_nobody_is_asked_to_move_for_the_list(browser, coach, nikos):
    case = create_wait(coach=coach, client=nikos)
    assert browser.get(f"/conflicts/{case.pk}/ask/").status_code == 409


def test_the_dialog_of_a_clash_leads_to_the_list(browser, coach, nikos):
    create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 10:00")
    clash = {"client": nikos.pk, "day": "2026-11-24", "at": "10:00", "minutes": "50", "notify": "0"}
    page = words(browser.post("/sessions/book/", clash, headers=HTMX))
    assert f"/conflicts/wait/?client={nikos.pk}&amp;weekdays=1&amp;minutes=50" in page


def test_withdrawing_says_what_was_waited_for(browser, coach, nikos):
    case = create_wait(coach=coach, client=nikos)
    assert "Nikos Georgiou waits for any day" in words(browser.get(f"/conflicts/{case.pk}/withdraw/"))
    browser.post(f"/conflicts/{case.pk}/withdraw/")
    case.refresh_from_db()
    assert case.status == CaseStatus.WITHDRAWN
    assert "Nikos Georgiou: any day" in words(browser.get("/conflicts/?show=closed"))
