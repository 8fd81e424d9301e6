from __future__ import annotations

import pytest

from scheduling.models import RescheduleProposal
from tests import factories
from tests.factories import NOW
from tests.scheduling.views.conflict_dialog import HTMX, desk, words

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@pytest.fixture
def offered(desk):
    case = factories.create_case(coach=desk.coach, client=desk.nikos, blocking=desk.session)
    return factories.create_proposal(case=case, offers=["2026-11-24 12:00"])


@pytest.fixture
def address(offered):
    return f"/conflicts/offers/{offered.pk}/remind/"


def test_one_press_reminds_and_the_card_says_when(desk, address):
    assert f'action="{address}"' in words(desk.browser.get("/conflicts/"))
    response = desk.browser.post(address, headers=HTMX)
    assert response.status_code == 204
    assert "Reminded: Nikos Georgiou" in response["HX-Trigger"]
    assert "reminder today, 11:00" in words(desk.browser.get("/conflicts/"))


def test_who_was_reminded_just_now_is_left_in_peace_for_a_while(desk, address):
    desk.browser.post(address)
    response = desk.browser.post(address, headers=HTMX)
    assert response.status_code == 409
    assert "A reminder went out today, 11:00 already." in words(response)
    assert "From today, 23:00 on you can remind once more; or call." in words(response)


def test_question_on_the_page_of_the_session_has_it_too(desk):
    proposal = factories.create_proposal(session=desk.session, offers=["2026-11-24 12:00"])
    here = f"/sessions/{desk.session.pk}/"
    page = words(desk.browser.get(here))
    assert f'action="/conflicts/offers/{proposal.pk}/remind/"' in page
    response = desk.browser.post(f"/conflicts/offers/{proposal.pk}/remind/", {"next": here})
    assert (response.status_code, response["Location"]) == (302, here)
    assert "reminder today, 11:00" in words(desk.browser.get(here))
    assert "reminder today, 11:00" in words(desk.browser.get("/conflicts/"))


def test_what_is_over_and_what_is_anothers_is_refused(desk, offered, address, signed_in):
    RescheduleProposal.objects.update(expires_at=NOW - factories.dt.timedelta(minutes=1))
    response = desk.browser.post(address, headers=HTMX)
    assert response.status_code == 409
    assert "This offer has ended." in words(response)
    assert signed_in(factories.create_coach()).post(address).status_code == 404
    assert desk.browser.get(address).status_code == 405
