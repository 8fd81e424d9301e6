from __future__ import annotations

import pytest

from scheduling.actions import conflicts
from scheduling.wishes import Booking, OfferTimes
from tests.factories import NOW, hour
from tests.scheduling.views.conflict_dialog import desk, title, words

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@pytest.fixture
def case(desk):
    wish = OfferTimes(
        booking=Booking(client=desk.nikos, during=desk.session.interval),
        offers=(hour("2026-11-24 10:00"),),
        expires_at=hour("2026-11-22 10:00").starts_at,
        note="<i>Sorry</i>",
    )
    return conflicts.offer_times(wish, by=desk.coach.user, now=NOW).case


def test_every_card_leads_to_what_happened(desk, case):
    assert f'href="/conflicts/{case.pk}/"' in words(desk.browser.get("/conflicts/"))
    response = desk.browser.get(f"/conflicts/{case.pk}/")
    page = words(response)
    assert title(response) == "Nikos Georgiou: what happened · Praxis"
    assert "Nikos Georgiou wants Monday 23 November, 13:00" in page
    assert "&lt;i&gt;Sorry&lt;/i&gt;" in page
    assert f'href="/conflicts/#case-{case.pk}"' in page


def test_closed_one_leads_to_its_session_or_the_closed_list(desk, case):
    conflicts.withdraw_case(case.pk, by=desk.coach.user, now=NOW)
    page = words(desk.browser.get(f"/conflicts/{case.pk}/"))
    assert 'href="/conflicts/?show=closed"' in page
    assert "The wish was withdrawn." in page


def test_nobody_elses(desk, case, other_coach, signed_in):
    assert signed_in(other_coach).get(f"/conflicts/{case.pk}/").status_code == 404
    assert desk.browser.get("/conflicts/999999/").status_code == 404
    assert desk.browser.post(f"/conflicts/{case.pk}/").status_code == 405
