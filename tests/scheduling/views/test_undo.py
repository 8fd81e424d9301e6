import json

import pytest

from clients.models import OutboxMessage
from scheduling.models import ConflictCase, Session
from scheduling.states import SessionStatus
from tests import factories
from tests.legible import words

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
ONE, TUESDAY = "2026-11-23 13:00", {"day": "2026-11-24", "at": "10:00", "minutes": "50", "version": "1"}


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou")


@pytest.fixture
def session(coach, maria):
    return factories.create_session(coach=coach, client=maria, at=ONE, title="First session")


@pytest.fixture
def browser(coach, signed_in):
    return signed_in(coach)


def move(browser, session):
    return browser.post(f"/sessions/{session.pk}/move/", TUESDAY, headers=HTMX)


def cancel(browser, session):
    return browser.post(f"/sessions/{session.pk}/cancel/", {"version": "1", "reason": "ill"}, headers=HTMX)


def undo(browser, session, headers=HTMX, version=2):
    return browser.post(f"/sessions/{session.pk}/undo/", {"version": version}, headers=headers)


def stand(session):
    session.refresh_from_db()
    return session.status, session.interval, session.version


FREE_ONE = pytest.mark.parametrize("free_one", [move, cancel])


@FREE_ONE
def test_the_toast_of_a_change_undoes_it(browser, session, free_one):
    button = json.loads(free_one(browser, session)["HX-Trigger"])["toast"]["undo"]
    response = browser.post(button["url"], button["fields"], headers=HTMX)
    assert response.status_code == 204
    trigger = json.loads(response["HX-Trigger"])
    assert trigger["toast"] == {"text": "Undone: Maria Papadopoulou, Monday 23 November, 13:00."}
    assert "calendar:changed" in trigger
    assert stand(session) == (SessionStatus.SCHEDULED, factories.hour(ONE), 3)


def test_without_script_an_undo_leads_to_the_session(browser, session):
    cancel(browser, session)
    response = undo(browser, session, headers={})
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.pk}/")


@FREE_ONE
def test_an_undo_that_takes_back_an_offer_for_good_says_so(coach, nikos, browser, session, free_one):
    case = factories.create_case(coach=coach, client=nikos, blocking=session)
    factories.create_proposal(session=session, case=case, offers=["2026-11-25 10:00"])
    free_one(browser, session)
    said = json.loads(undo(browser, session)["HX-Trigger"])["toast"]["text"]
    assert said.endswith("13:00. The times that were on offer stay withdrawn; the link of Maria says so.")
    assert OutboxMessage.objects.filter(kind="proposal_withdrawn").count() == 1
    assert ConflictCase.objects.get().held_until is None


def test_a_moved_session_whose_hour_is_taken_gets_the_dialog_of_a_move(coach, nikos, browser, session):
    move(browser, session)
    factories.create_session(coach=coach, client=nikos, at=ONE)
    response = undo(browser, session)
    assert response.status_code == 409
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#dlg-body", "innerHTML")
    assert response["HX-Trigger-After-Swap"] == "dlg:open"
    dialog = words(response)
    assert "<strong>Taken by Nikos Georgiou</strong>" in dialog
    assert f'hx-post="/sessions/{session.pk}/move/"' in dialog
    # What is filled in is the hour that was wanted back; times that are free for both are beside it.
    assert 'value="2026-11-23"' in dialog
    assert 'value="13:00"' in dialog
    assert 'name="version" value="2"' in dialog
    assert dialog.count('name="take"') == 5
    assert stand(session) == (SessionStatus.SCHEDULED, factories.hour("2026-11-24 10:00"), 2)


def test_a_moved_session_whose_client_is_busy_by_now_is_not_told_with_whom(other_coach, maria, browser, session):
    move(browser, session)
    factories.create_care(client=maria, provider=other_coach)
    factories.create_session(coach=other_coach, client=maria, at=ONE)
    response = undo(browser, session)
    assert response.status_code == 409
    assert "Maria Papadopoulou is busy then" in words(response)
    assert "Daniel" not in words(response)


def test_a_cancelled_session_whose_hour_is_taken_gets_the_ways_out_of_a_clash(coach, nikos, browser, session):
    cancel(browser, session)
    factories.create_session(coach=coach, client=nikos, at=ONE)
    response = undo(browser, session)
    assert response.status_code == 409
    assert response["HX-Trigger-After-Swap"] == "dlg:open"
    dialog = words(response)
    assert "<b>Nikos Georgiou</b> has it" in dialog
    assert "Offer Maria other times" in dialog
    assert "Ask Nikos to move" in dialog
    assert 'name="title" value="First session"' in dialog
    assert stand(session) == (SessionStatus.CANCELLED, factories.hour(ONE), 2)


@FREE_ONE
def test_without_script_a_taken_hour_is_a_page_with_the_same_ways_on(coach, nikos, browser, session, free_one):
    free_one(browser, session)
    factories.create_session(coach=coach, client=nikos, at=ONE)
    response = undo(browser, session, headers={})
    assert response.status_code == 409
    assert "Nikos Georgiou" in words(response)
    assert "<title>" in words(response)
    assert "hx-target" not in words(response).partition('class="sheet"')[2].partition("</form>")[0]


@FREE_ONE
def test_an_hour_that_is_on_offer_by_now_is_had_if_the_coach_says_so(coach, nikos, browser, session, free_one):
    free_one(browser, session)
    other = factories.create_session(coach=coach, client=factories.create_client(of=coach), at="2026-11-25 10:00")
    case = factories.create_case(coach=coach, client=nikos, blocking=other)
    factories.create_proposal(case=case, offers=[ONE])
    response = undo(browser, session)
    assert response.status_code == 409
    assert "<strong>Held for Nikos Georgiou</strong>" in words(response)
    assert 'name="overrule"' in words(response)
    assert 'value="13:00"' in words(response)
    assert stand(session)[2] == 2


@pytest.mark.parametrize(
    ("free_one", "instead"), [(move, 'id="instead-move"'), (cancel, 'id="session-rebook"')], ids=["move", "cancel"]
)
def test_an_undo_that_comes_too_late_says_what_to_do_instead(browser, clock, session, free_one, instead):
    free_one(browser, session)
    before = stand(session)
    clock.shift(20)
    response = undo(browser, session)
    assert response.status_code == 409
    assert "It is too late to undo this" in words(response)
    assert instead in words(response)
    assert stand(session) == before


def test_an_undo_of_what_was_changed_again_says_so(browser, session):
    move(browser, session)
    Session.objects.update(version=7)
    response = undo(browser, session)
    assert response.status_code == 409
    assert "This session was changed again since, so this cannot be undone." in words(response)


def test_an_undo_of_nothing_says_so(browser, session):
    response = undo(browser, session, version=1)
    assert response.status_code == 409
    assert "This cannot be undone." in words(response)


def test_an_undo_sent_twice_is_answered_alike(browser, session):
    move(browser, session)
    first, again = undo(browser, session), undo(browser, session)
    assert (first.status_code, first["HX-Trigger"]) == (again.status_code, again["HX-Trigger"])
    assert stand(session)[2] == 3
