"""Pages as they are printed: who they are of, as of when, and initials for whoever asks for them."""

from __future__ import annotations

import pytest

from tests.factories import NOW, create_case, create_client, create_note, create_session
from tests.legible import words

pytestmark = pytest.mark.django_db

WEEK = "/calendar/?view=week&date=2026-11-23"
NAMES = ("Papadopoulou", "Georgiou", "Nikos")


@pytest.fixture
def session(coach):
    maria = create_client(of=coach, full_name="Maria Papadopoulou", phone="694 000 0202")
    session = create_session(coach=coach, client=maria, at="2026-11-23 10:00")
    create_case(coach=coach, client=create_client(of=coach, full_name="Nikos Georgiou"), blocking=session)
    return session


@pytest.fixture
def elena(coach, signed_in):
    return signed_in(coach)


def named(page):
    return {name for name in NAMES if name in page}


def rereads(region, url):
    """As htmx asks when a region reads itself anew on a page at that address."""
    return {
        "HX-Request": "true",
        "HX-Trigger": region,
        "HX-Target": region,
        "HX-Current-URL": f"http://testserver{url}",
    }


def test_pages_say_whose_they_are_and_as_of_when(elena, session, settings):
    settings.PRACTICE_NAME = "Marinou Practice"
    head = '<p class="print-head" hidden><span>Marinou Practice</span><span>As of Friday 20 November, 11:00</span></p>'
    for url in (WEEK, f"/sessions/{session.pk}/"):
        page = words(elena.get(url))
        assert head in page
        assert "data-js-print" in page
        assert 'media="print"' in page


def test_week_has_initials_for_whoever_asks(elena, session):
    page = words(elena.get(f"{WEEK}&initials=1"))
    assert named(page) == set()
    assert "<b>MP" in page
    assert "Names are initials here, to be printed." in page
    assert f'href="{WEEK.replace("&", "&amp;")}">Show names</a>' in page


def test_session_has_initials_for_whoever_asks(elena, session):
    create_note(session=session, locked_at=NOW)
    page = words(elena.get(f"/sessions/{session.pk}/?initials=1"))
    assert named(page) == set()
    assert "<title>MP, Monday 23 November, 10:00 · Praxis</title>" in page
    assert "694 000" not in page
    assert ">NG</a>" in page
    session.client.refresh_from_db()
    assert session.client.full_name == "Maria Papadopoulou"


@pytest.mark.parametrize("asked", ["", "?initials=", "?initials=0", "?initials=2"])
def test_nobody_gets_initials_by_accident(elena, session, asked):
    page = words(elena.get(f"/sessions/{session.pk}/{asked}"))
    assert "Maria Papadopoulou" in page
    assert f'href="/sessions/{session.pk}/?initials=1">Print with initials</a>' in page


def test_region_that_reads_itself_anew_keeps_the_initials(elena, session):
    here = f"/sessions/{session.pk}/"
    for region, url, shown in (
        ("calendar", WEEK, f"{WEEK}&initials=1"),
        ("session", here, f"{here}?initials=1"),
        ("history-list", f"{here}history/", f"{here}?initials=1"),
    ):
        assert named(words(elena.get(url, headers=rereads(region, shown)))) == set()
    assert named(words(elena.get(WEEK, headers=rereads("calendar", WEEK)))) == set(NAMES)


def test_going_elsewhere_shows_names_again(elena, session):
    going = {**rereads("calendar", f"{WEEK}&initials=1"), "HX-Trigger": "cal-today"}
    assert named(words(elena.get(WEEK, headers=going))) == set(NAMES)
