from __future__ import annotations

import datetime as dt
import re

import pytest

from scheduling.models import RescheduleProposal
from tests import factories
from tests.factories import NOW
from tests.scheduling.views.conflict_dialog import HTMX, desk, words
from tests.scheduling.views.proposal_link import case, offered

pytestmark = pytest.mark.django_db
__all__ = ["case", "desk", "offered"]
SOON = NOW + dt.timedelta(hours=2)


@pytest.fixture
def address(offered):
    RescheduleProposal.objects.update(expires_at=SOON)
    return f"/conflicts/offers/{offered.proposal.pk}/extend/"


def shown(desk, address):
    return re.findall(r'<option value="([^"]+)"', words(desk.browser.get(address, headers=HTMX)))


def test_only_later_moments_are_shown_and_one_is_given(desk, address, offered):
    page = words(desk.browser.get("/conflicts/"))
    assert f'href="{address}"' in page
    moments = shown(desk, address)
    assert all(dt.datetime.fromisoformat(each) > SOON for each in moments)
    response = desk.browser.post(address, {"until": moments[-1]}, headers=HTMX)
    assert response.status_code == 204
    assert "Nikos Georgiou can answer until" in response["HX-Trigger"]
    assert RescheduleProposal.objects.get().expires_at == dt.datetime.fromisoformat(moments[-1])


@pytest.mark.parametrize("until", ["", "soon", "2026-11-20T09:30:00+00:00", "9999-12-31T23:59:59+00:00"])
def test_what_is_no_later_moment_is_refused_in_words(desk, address, until):
    response = desk.browser.post(address, {"until": until}, headers=HTMX)
    assert response.status_code == 422
    assert "The answer is due later than that already." in words(response)
    assert RescheduleProposal.objects.get().expires_at == SOON


def test_no_later_moment_is_said_with_the_way_on(desk, case):
    proposal = factories.create_proposal(
        case=case, offers=["2026-11-23 10:00"], expires_at=factories.moment("2026-11-23 10:00")
    )
    page = words(desk.browser.get(f"/conflicts/offers/{proposal.pk}/extend/"))
    assert "There is no later moment for an answer" in page
    assert "Give more time" not in page


def test_what_is_over_is_said_to_be(desk, address, offered):
    offered.answer(offered.first)
    for response in (desk.browser.get(address), desk.browser.post(address, {"until": "2026-11-20T20:00+00:00"})):
        assert response.status_code == 409
        assert "This offer has ended. Nothing was changed." in words(response)


def test_without_script_it_leads_back(desk, address):
    response = desk.browser.post(address, {"until": shown(desk, address)[0], "next": "/calendar/"})
    assert (response.status_code, response["Location"]) == (302, "/calendar/")


def test_nobody_elses(desk, address, other_coach, signed_in):
    assert signed_in(other_coach).get(address).status_code == 404
    assert desk.browser.get("/conflicts/offers/999999/extend/").status_code == 404


def test_a_swap_is_a_question_to_two_and_holds_no_times(desk, coach):
    sessions = [
        factories.create_session(coach=coach, client=factories.create_client(of=coach), at=f"2026-11-27 {hour}:00")
        for hour in (10, 12)
    ]
    asked, _other = factories.create_swap(*sessions, expires_at=SOON)
    address = f"/conflicts/offers/{asked.pk}/extend/"
    page = words(desk.browser.get(address))
    assert "The question can be answered until" in page
    assert "both sessions stay where they are" in page
    assert "stay held for" not in page
    response = desk.browser.post(address, {"until": shown(desk, address)[0]}, headers=HTMX)
    assert "The question can be answered until" in response["HX-Trigger"]
