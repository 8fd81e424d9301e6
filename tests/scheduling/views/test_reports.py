from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Care
from scheduling.queries import left
from scheduling.states import SessionStatus
from tests import factories
from tests.factories import NOW
from tests.scheduling.views.conflict_dialog import title, words

pytestmark = pytest.mark.django_db

PAGES = ["/reports/", "/reports/unpaid/", "/reports/unsaid/", "/reports/unpaid/list.csv", "/reports/load.csv"]
FILES = ["load", "hours", "missed", "unpaid", "offers"]


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


def done(coach, client, at, *, status=SessionStatus.COMPLETED, price=60, **more):
    return factories.create_session(coach=coach, client=client, at=at, status=status, price=price, **more)


def busy(coach, client):
    """Two weeks with something in every chart."""
    done(coach, client, "2026-11-09 10:00")
    done(coach, client, "2026-11-16 10:00", status=SessionStatus.NO_SHOW)
    done(coach, client, "2026-11-17 10:00", paid_at=NOW, paid_by=coach.user)
    coming = factories.create_session(coach=coach, client=client, at="2026-11-24 10:00")
    factories.create_proposal(
        session=coming, offers=["2026-11-25 10:00"], expires_at=NOW.replace(hour=1), created_at=NOW.replace(day=18)
    )


def rows(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_reports_say_in_words_what_the_charts_show(coach, maria, signed_in):
    busy(coach, maria)
    response = signed_in(coach).get("/reports/")
    page = words(response)
    assert title(response) == "Reports · Praxis"
    assert "9&nbsp;– 22&nbsp;November 2026" in page
    assert "Fullest: Monday 10:00, 83 %. Most room: Monday 09:00 and 37 more hours, 0 %." in page
    assert "2 of 80 open hours are booked: 3 %." in page
    assert "1 of 3 sessions were missed: 33.3 %." in page
    assert "2 sessions are unpaid, €120.00 in all. The oldest is 11 days old." in page
    assert "0 of 1 offers were answered: 0 %. A time was chosen in 0." in page


def test_every_chart_has_a_name_a_finding_and_a_table_that_is_its_file(coach, maria, signed_in):
    busy(coach, maria)
    browser = signed_in(coach)
    page = words(browser.get("/reports/"))
    assert re.findall(r'<section class="card stack-s[^"]*" id="report-(\w+)"', page) == FILES
    for drawn in ("load", "hours", "missed"):
        assert f'role="img" aria-labelledby="{drawn}-t {drawn}-d"' in page
    for name in FILES:
        head = rows(browser.get(f"/reports/{name}.csv"))[0]
        assert f'href="/reports/{name}.csv?range=8w"' in page
        for cell in head:
            assert f">{cell}</th>" in page


def test_svg_has_only_whole_numbers_in_every_language(coach, maria, signed_in):
    busy(coach, maria)
    coach.user.language = "el"
    coach.user.save()
    page = words(signed_in(coach).get("/reports/"))
    drawn = re.findall(r' (?:x|y|width|height)="([^"]*)"', page)
    assert len(drawn) > 100
    assert [number for number in drawn if not re.fullmatch(r"-?\d+", number)] == []
    assert "Πιο γεμάτη ώρα: Δευτέρα 10:00" in page
    assert "33,3 %" in page


def test_files_hold_the_figures(coach, maria, signed_in):
    busy(coach, maria)
    browser = signed_in(coach)
    load = rows(browser.get("/reports/load.csv"))
    assert load[0] == ["Day", "09", "10", "11", "12", "13", "14", "15", "16"]
    assert load[1] == ["Monday", "0", "83", "0", "0", "0", "0", "0", "0"]
    assert rows(browser.get("/reports/hours.csv"))[1:] == [
        ["2026-11-09", "46", "40.0", "0.83", "2", "0.0"],
        ["2026-11-16", "47", "40.0", "1.67", "4", "0.0"],
    ]
    assert rows(browser.get("/reports/missed.csv"))[1:] == [["2026-11", "2", "1", "33.33"]]
    assert rows(browser.get("/reports/unpaid.csv"))[1] == ["0–30 days", "2", "120.00"]
    assert rows(browser.get("/reports/offers.csv"))[-1] == ["All", "0", "0", "1", "0", "0.0", "", ""]


def test_file_of_a_range_says_so_in_its_name(coach, maria, signed_in):
    done(coach, maria, "2026-11-09 10:00")
    response = signed_in(coach).get("/reports/hours.csv?range=quarter")
    assert response["Content-Disposition"] == 'attachment; filename="praxis-hours-2026-11-09-2026-11-22.csv"'


@pytest.mark.parametrize("name", ["8w", "quarter", "year"])
def test_every_range_is_drawn_for_a_long_history(coach, maria, signed_in, name):
    done(coach, maria, "2024-05-06 10:00")
    page = words(signed_in(coach).get(f"/reports/?range={name}"))
    assert f'id="range-{name}" href="/reports/?range={name}" aria-current="true"' in page


@pytest.mark.parametrize("address", ["?range=", "?range=9w", "?range=8w%00", "?range=year' OR 1=1"])
def test_other_ranges_are_not_there(coach, maria, signed_in, address):
    done(coach, maria, "2026-11-09 10:00")
    browser = signed_in(coach)
    assert browser.get(f"/reports/{address}").status_code in {400, 404}
    assert browser.get(f"/reports/hours.csv{address}").status_code in {400, 404}


@pytest.mark.parametrize("name", ["nothing", "unpaid-list", "load-"])
def test_other_files_are_not_there(coach, maria, signed_in, name):
    done(coach, maria, "2026-11-09 10:00")
    assert signed_in(coach).get(f"/reports/{name}.csv").status_code == 404


def test_reports_of_who_begins_are_designed(coach, signed_in):
    page = words(signed_in(coach).get("/reports/"))
    assert "Your first week will show here" in page
    assert "<svg viewBox" not in page
    assert signed_in(coach).get("/reports/hours.csv").status_code == 404


def test_charts_without_anything_to_draw_say_so(maria, signed_in):
    coach = factories.create_coach(hours=())
    client = factories.create_client(of=coach)
    factories.create_session(coach=coach, client=client, at="2026-11-23 10:00")
    page = words(signed_in(coach).get("/reports/"))
    assert page.count('<div class="empty">') == 5
    assert "Everything is paid" in page


@pytest.mark.parametrize("path", PAGES)
def test_reports_are_for_coaches_alone(coach, client_user, stranger, staff, signed_in, path):
    done(coach, client_user.client, "2026-11-09 10:00")
    assert [signed_in(who).get(path).status_code for who in (client_user, stranger, staff)] == [403, 403, 403]
    assert signed_in().get(path).status_code == 302
    assert signed_in(coach).get(path).status_code == 200
    assert signed_in(coach).post(path).status_code == 405


def test_reports_hold_nothing_of_other_coaches(coach, other_coach, maria, signed_in):
    done(coach, maria, "2026-11-09 10:00")
    theirs = factories.create_client(of=[coach, other_coach], full_name="Arben Hoxha")
    busy(other_coach, theirs)
    factories.create_session(coach=other_coach, client=theirs, at="2026-11-10 13:00")
    browser = signed_in(coach)
    for path in PAGES:
        assert "Arben" not in words(browser.get(path))
    assert "1 session is unpaid, €60.00." in words(browser.get("/reports/"))
    assert rows(browser.get("/reports/missed.csv"))[1:] == [["2026-11", "1", "0", "0.0"]]
    assert "All is said" in words(browser.get("/reports/unsaid/"))


@pytest.mark.parametrize("number", [1, 3])
def test_reports_cost_nine_queries_however_much_there_is(coach, signed_in, number):
    for place in range(number):
        client = factories.create_client(of=coach)
        done(coach, client, f"2026-11-1{place} 09:00")
        busy(coach, client) if not place else None
    browser = signed_in(coach)
    with CaptureQueriesContext(connection) as queries:
        browser.get("/reports/?range=year")
    assert len(queries) == 9


def test_unpaid_list_is_the_oldest_first_with_its_sum(coach, maria, signed_in):
    late = done(coach, maria, "2026-11-09 10:00")
    early = done(coach, maria, "2026-11-02 10:00", status=SessionStatus.NO_SHOW)
    page = words(signed_in(coach).get("/reports/unpaid/"))
    assert "2 sessions, €120.00 in all. The oldest first." in page
    assert page.index(f'id="left-{early.pk}"') < page.index(f'id="left-{late.pk}"')
    assert f'href="/sessions/{early.pk}/">Maria Papadopoulou</a>' in page
    assert "Monday 2 November, 10:00–10:50" in page


def test_unpaid_list_names_no_former_client(coach, maria, signed_in):
    session = done(coach, maria, "2026-11-09 10:00")
    Care.objects.update(ended_at=NOW)
    browser = signed_in(coach)
    page = words(browser.get("/reports/unpaid/"))
    assert "Maria" not in page
    assert f"/sessions/{session.pk}/" not in page
    assert "Former client" in page
    assert "the office can settle it" in page
    assert rows(browser.get("/reports/unpaid/list.csv"))[1] == [
        "2026-11-09",
        "10:00",
        "Former client",
        "Completed",
        "60.00",
    ]


def test_a_name_that_is_a_formula_is_only_a_name_in_the_file(coach, signed_in):
    client = factories.create_client(of=coach, full_name='=HYPERLINK("http://x","y")')
    done(coach, client, "2026-11-09 10:00")
    assert rows(signed_in(coach).get("/reports/unpaid/list.csv"))[1][2] == '\'=HYPERLINK("http://x","y")'


def test_unsaid_list_asks_how_they_went(coach, maria, signed_in):
    factories.create_session(coach=coach, client=maria, at="2026-11-19 10:00")
    response = signed_in(coach).get("/reports/unsaid/")
    page = words(response)
    assert title(response) == "How did they go? · Praxis"
    assert "1 session is over, and nobody said whether it took place." in page
    assert "Thursday 19 November, 10:00–10:50" in page


def test_lists_have_pages_and_the_last_may_have_emptied(coach, maria, signed_in, monkeypatch):
    monkeypatch.setattr(left, "A_PAGE", 2)
    for day in range(1, 6):
        done(coach, maria, f"2026-11-0{day} 10:00")
    browser = signed_in(coach)
    middle = words(browser.get("/reports/unpaid/?page=2"))
    assert 'id="left-previous" href="/reports/unpaid/?page=1"' in middle
    assert 'id="left-next" href="/reports/unpaid/?page=3"' in middle
    assert "left-next" not in words(browser.get("/reports/unpaid/?page=3"))
    assert "Page 1" in words(browser.get("/reports/unpaid/?page=4"))


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1.5", "9" * 9, "²", "1%00"])
def test_pages_that_are_no_number_are_not_there(coach, signed_in, page):
    assert signed_in(coach).get(f"/reports/unpaid/?page={page}").status_code in {400, 404}


@pytest.mark.parametrize("path", ["/reports/unpaid/", "/reports/unsaid/"])
def test_lists_reread_themselves(coach, maria, signed_in, path):
    done(coach, maria, "2026-11-09 10:00")
    factories.create_session(coach=coach, client=maria, at="2026-11-19 10:00")
    browser = signed_in(coach)
    here = {"HX-Request": "true", "HX-Target": "left", "HX-Current-URL": f"http://testserver{path}"}
    # The token of a form is another one each time.
    page, part = (
        re.sub(r'(middlewaretoken" value=)"\w+"', r"\1", words(browser.get(path, headers=each))) for each in ({}, here)
    )
    assert part.strip() in page
    assert f'hx-get="{path}?page=1" hx-trigger="calendar:changed from:body"' in part


@pytest.mark.parametrize("number", [1, 3])
def test_unpaid_list_costs_four_queries_however_long(coach, maria, signed_in, number):
    for day in range(number):
        done(coach, maria, f"2026-11-0{day + 1} 10:00")
    browser = signed_in(coach)
    with CaptureQueriesContext(connection) as queries:
        browser.get("/reports/unpaid/")
    assert len(queries) == 4
