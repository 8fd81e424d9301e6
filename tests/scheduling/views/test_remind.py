from __future__ import annotations

import re

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from scheduling.access import proposal_by_token
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


def opens(page):
    """What the link in the dialog opens."""
    return proposal_by_token(re.search(r"/p/([^/]+)/", page)[1])


def test_one_press_hands_over_the_letter_to_pass_on_and_the_card_says_when(desk, offered, address):
    assert f'action="{address}"' in words(desk.browser.get("/conflicts/"))
    response = desk.browser.post(address, headers=HTMX)
    page = words(response)
    assert response.status_code == 200
    assert "Hand this to Nikos Georgiou" in page
    assert opens(page) == offered
    with translation.override(desk.nikos.language):
        assert str(_("Just a reminder: there is no answer from you yet.")) in page
    assert "pending:changed" in response["HX-Trigger"]
    page = words(desk.browser.get("/conflicts/"))
    assert "reminder today, 11:00" in page
    assert f'action="{address}"' not in page
    assert "Remind again from today, 23:00" in page


def test_press_is_there_again_after_twelve_hours(desk, offered, address):
    RescheduleProposal.objects.update(reminded_at=NOW - factories.dt.timedelta(hours=12))
    page = words(desk.browser.get("/conflicts/"))
    assert f'action="{address}"' in page
    assert "Remind again from" not in page


def test_two_who_both_said_yes_need_no_reminder(desk):
    oksana = factories.create_client(of=desk.coach, full_name="Oksana Kovalenko")
    other = factories.create_session(coach=desk.coach, client=oksana, at="2026-11-24 10:00")
    first, _second = factories.create_swap(desk.session, other)
    RescheduleProposal.objects.update(agreed_at=NOW)
    response = desk.browser.post(f"/conflicts/offers/{first.pk}/remind/", headers=HTMX)
    assert response.status_code == 409
    assert "Both have said yes already. Nobody was reminded." in words(response)


def test_who_was_reminded_just_now_is_left_in_peace_for_a_while(desk, address):
    desk.browser.post(address)
    response = desk.browser.post(address, headers=HTMX)
    assert response.status_code == 409
    assert "There was a reminder today, 11:00 already. Nobody was reminded now." in words(response)
    assert "From today, 23:00 on you can remind once more; until then hand over the link, or call." in words(response)


def test_question_on_the_page_of_the_session_has_it_too(desk):
    proposal = factories.create_proposal(session=desk.session, offers=["2026-11-24 12:00"])
    here = f"/sessions/{desk.session.pk}/"
    page = words(desk.browser.get(here))
    assert f'action="/conflicts/offers/{proposal.pk}/remind/"' in page
    response = desk.browser.post(f"/conflicts/offers/{proposal.pk}/remind/", {"next": here})
    assert response.status_code == 200
    assert "Hand this to Maria Papadopoulou" in words(response)
    assert f'href="{here}"' in words(response)
    assert "reminder today, 11:00" in words(desk.browser.get(here))
    assert "reminder today, 11:00" in words(desk.browser.get("/conflicts/"))


def test_two_who_were_asked_to_swap_get_a_letter_each(desk):
    oksana = factories.create_client(of=desk.coach, full_name="Oksana Kovalenko")
    other = factories.create_session(coach=desk.coach, client=oksana, at="2026-11-24 10:00")
    first, second = factories.create_swap(desk.session, other)
    page = words(desk.browser.post(f"/conflicts/offers/{first.pk}/remind/", {"next": "/calendar/"}, headers=HTMX))
    assert "Hand this to Maria Papadopoulou" in page
    assert opens(page) == first
    to = f"/sessions/{other.pk}/ask/link/"
    assert f'action="{to}"' in page
    page = words(desk.browser.post(to, {"next": "/calendar/"}, headers=HTMX))
    assert "Hand this to Oksana Kovalenko" in page
    assert opens(page) == second


def test_what_is_over_and_what_is_anothers_is_refused(desk, offered, address, signed_in):
    RescheduleProposal.objects.update(expires_at=NOW - factories.dt.timedelta(minutes=1))
    response = desk.browser.post(address, headers=HTMX)
    assert response.status_code == 409
    assert "This offer has ended." in words(response)
    assert signed_in(factories.create_coach()).post(address).status_code == 404
    assert desk.browser.get(address).status_code == 405
