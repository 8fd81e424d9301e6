from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Care
from scheduling.states import SessionStatus
from tests import factories
from tests.factories import NOW
from tests.scheduling.views.conflict_dialog import title, words

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true", "HX-Target": "desk", "HX-Current-URL": "http://testserver/"}


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


def test_home_tells_the_day(coach, maria, signed_in):
    now = factories.create_session(coach=coach, client=maria, at="2026-11-20 10:30")
    soon = factories.create_session(coach=coach, client=maria, at="2026-11-20 13:00")
    response = signed_in(coach).get("/")
    page = words(response)
    assert title(response) == "Home · Praxis"
    assert "Good morning" in page
    assert "<p>Friday 20 November</p>" in page
    assert f'<li id="today-{now.pk}" class="is-now">' in page
    assert f'id="today-a-{soon.pk}" href="/sessions/{soon.pk}/"' in page
    assert "2 sessions, 1 still to come" in page
    assert page.index("Live now") < page.index("13:00<small>–13:50") < page.index("<b>Next</b>")
    assert 'id="nav-pages-home" href="/" aria-current="page"' in page
    assert 'id="nav-scheduling-calendar" href="/calendar/">' in page


def test_home_counts_what_waits_and_leads_there(coach, maria, signed_in):
    gone = factories.create_session(coach=coach, client=maria, at="2026-11-25 10:00", status=SessionStatus.CANCELLED)
    factories.create_case(coach=coach, client=factories.create_client(of=coach), blocking=gone)
    factories.create_session(coach=coach, client=maria, at="2026-11-19 10:00")
    page = words(signed_in(coach).get("/"))
    assert '<a id="waiting-free" href="/conflicts/?show=mine"><b>1</b> hour is free to book now</a>' in page
    assert '<a id="waiting-unsaid" href="/reports/unsaid/"><b>1</b> session is over: say how it went</a>' in page
    assert "waiting-ending" not in page


def test_home_shows_what_is_owed_the_oldest_first(coach, maria, signed_in):
    for day in range(1, 8):
        factories.create_session(
            coach=coach, client=maria, at=f"2026-11-0{day} 10:00", status=SessionStatus.COMPLETED, price=60
        )
    page = words(signed_in(coach).get("/"))
    assert '<span class="timer">€420.00</span>' in page
    assert "7 sessions are unpaid, the oldest first" in page
    assert page.index("Sun 1 Nov") < page.index("Thu 5 Nov")
    assert "Fri 6 Nov" not in page
    assert 'href="/reports/unpaid/">See all 7</a>' in page


def test_home_offers_the_next_free_hours(coach, signed_in):
    page = words(signed_in(coach).get("/"))
    link = "/sessions/book/?day=2026-11-20&amp;at=11:00"
    assert (
        f'href="{link}" hx-get="{link}" hx-target="#dlg-body" hx-swap="innerHTML"><span class="vh">Book Fri 20 Nov '
        in page
    )


def test_home_of_a_quiet_day_is_designed(signed_in):
    coach = factories.create_coach()
    factories.create_time_off(coach=coach, starts="2026-11-01 00:00", ends="2027-01-01 00:00")
    page = words(signed_in(coach).get("/"))
    for said in (
        "No sessions today", "Nothing waits for you.", "Everything is paid.", "Nothing is free in the next four weeks."
    ):  # fmt: skip
        assert said in page


def test_home_says_of_what_is_owed_whether_it_was_missed(coach, maria, signed_in):
    factories.create_session(coach=coach, client=maria, at="2026-11-19 10:00", status=SessionStatus.NO_SHOW, price=60)
    page = words(signed_in(coach).get("/"))
    assert "Maria Papadopoulou</a><br>" in page
    assert '<span class="muted">Thu 19 Nov · No-show</span>' in page


def test_home_leads_a_new_coach_to_the_hours(signed_in):
    page = words(signed_in(factories.create_coach(hours=())).get("/"))
    assert "No opening hours yet" in page
    assert '<a class="btn" id="free-hours" href="/settings/hours/">' in page
    assert "Nothing is free" not in page


def test_home_rereads_itself_as_one_part(coach, maria, signed_in):
    factories.create_session(coach=coach, client=maria, at="2026-11-20 13:00")
    browser = signed_in(coach)
    page, part = words(browser.get("/")), words(browser.get("/", headers=PART))
    assert part[part.index('<div class="wide" id="desk"') :].strip() in page
    assert "<html" not in part
    assert 'hx-trigger="calendar:changed from:body"' in part


def test_home_names_no_former_client_and_nothing_of_others(coach, other_coach, maria, signed_in):
    done = {"status": SessionStatus.COMPLETED, "price": 60}
    factories.create_session(coach=coach, client=maria, at="2026-11-20 09:00", **done)
    theirs = factories.create_client(of=other_coach, full_name="Arben Hoxha")
    factories.create_session(coach=other_coach, client=theirs, at="2026-11-20 09:00", **done)
    Care.objects.filter(client=maria).update(ended_at=NOW)
    page = words(signed_in(coach).get("/"))
    assert "Maria" not in page
    assert "Arben" not in page
    assert "<b>Busy</b>" in page
    assert 'Former client<br><span class="muted">Fri 20 Nov</span>' in page
    assert '<span class="timer">€60.00</span>' in page


def test_home_is_by_the_coachs_clock(signed_in):
    coach = factories.create_coach(zone="Pacific/Auckland")
    coach.user.time_zone = "Europe/Athens"
    coach.user.save()
    factories.create_session(coach=coach, client=factories.create_client(of=coach), at="2026-11-20 23:00")
    page = words(signed_in(coach).get("/"))
    assert "Good evening" in page
    assert "23:00<small>–23:50</small>" in page


def test_home_is_greek_for_greeks(coach, maria, signed_in):
    factories.create_session(coach=coach, client=maria, at="2026-11-20 13:00")
    coach.user.language = "el"
    coach.user.save()
    page = words(signed_in(coach).get("/"))
    assert "Καλημέρα σας" in page
    assert "Παρασκευή 20 Νοεμβρίου" in page
    assert "Επόμενη ελεύθερη ώρα" in page


@pytest.mark.parametrize("number", [1, 3])
def test_home_costs_fourteen_queries_however_much_there_is(coach, maria, signed_in, number):
    done = {"status": SessionStatus.COMPLETED, "price": 60}
    for day in range(number):
        factories.create_session(coach=coach, client=maria, at=f"2026-11-0{day + 1} 10:00", **done)
        factories.create_session(coach=coach, client=maria, at=f"2026-11-20 1{day}:00")
        hers = factories.create_session(coach=coach, client=maria, at=f"2026-11-2{day + 4} 10:00")
        case = factories.create_case(coach=coach, client=factories.create_client(of=coach), blocking=hers)
        factories.create_proposal(case=case, session=hers, offers=[f"2026-11-2{day + 4} 15:00"])
    browser = signed_in(coach)
    with CaptureQueriesContext(connection) as queries:
        browser.get("/")
    assert len(queries) == 14
