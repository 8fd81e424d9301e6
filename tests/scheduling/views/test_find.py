import pytest

from tests import factories
from tests.legible import words

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "found", "HX-Trigger": "q"}


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


def test_find_shows_the_client_and_the_sessions(coach, maria, signed_in):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-24 10:00")
    page = words(signed_in(coach).get("/find/?q=mar"))
    assert "<b><mark>Mar</mark>ia Papadopoulou</b>" in page
    assert "Next: Tue 24 Nov, 10:00" in page
    assert f'href="/sessions/book/?client={maria.pk}"' in page
    assert 'href="/find/?q=Maria%20Papadopoulou"' in page
    assert f'href="/sessions/{session.pk}/"' in page
    assert 'value="mar"' in page


def test_find_by_a_day_leads_to_it(coach, signed_in):
    page = words(signed_in(coach).get("/find/?q=24+nov"))
    assert 'href="/calendar/?view=day&amp;date=2026-11-24"' in page
    assert "Tuesday 24 November" in page


def test_find_part_is_the_same_without_the_page_and_counts_aloud(coach, maria, signed_in):
    factories.create_session(coach=coach, client=maria, at="2026-11-24 10:00")
    browser = signed_in(coach)
    page, part = words(browser.get("/find/?q=mar")), words(browser.get("/find/?q=mar", headers=HTMX))
    body, said = part.split('<div hx-swap-oob="innerHTML:#live">')
    assert body.strip() in page
    assert said.startswith("1 client, 1 session")


def test_find_without_letters_asks_for_some(coach, signed_in):
    page = words(signed_in(coach).get("/find/"))
    assert 'id="q"' in page
    assert "Nothing found" not in page


def test_find_of_nothing_says_what_next(coach, signed_in):
    page = words(signed_in(coach).get("/find/?q=<b>zzz"))
    assert "Nothing found for “&lt;b&gt;zzz”" in page
    assert "Try fewer letters, or a day." in page


def test_find_looks_at_no_more_than_a_name(coach, signed_in):
    response = signed_in(coach).get("/find/?q=" + "m" * 5000)
    assert response.status_code == 200
    assert f'name="q" type="search" value="{"m" * 100}"' in words(response)


def test_find_refuses_what_nobody_types(coach, signed_in):
    assert signed_in(coach).get("/find/?q=%00").status_code == 400
    assert signed_in(coach).post("/find/", {"q": "maria"}).status_code == 405


def test_find_is_not_for_others(coach, client_user, stranger, signed_in):
    assert signed_in(client_user).get("/find/?q=maria").status_code == 403
    assert signed_in(stranger).get("/find/?q=maria").status_code == 403
    assert signed_in().get("/find/?q=maria").status_code == 302


def test_find_is_greek_for_greeks(coach, maria, signed_in):
    coach.user.language = "el"
    coach.user.save()
    page = words(signed_in(coach).get("/find/?q=τριτη"))
    assert "Τρίτη 24 Νοεμβρίου" in page


def test_every_page_of_a_coach_has_a_place_to_type(coach, client_user, stranger, signed_in):
    for path in ("/calendar/", "/conflicts/"):
        assert words(signed_in(coach).get(path)).count('id="q"') == 1
    assert 'id="q"' not in words(signed_in(client_user).get("/my/"))
