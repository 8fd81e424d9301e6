import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Care
from scheduling.states import SessionStatus
from tests import factories
from tests.legible import words

pytestmark = pytest.mark.django_db

VIEWS = ("day", "week", "month", "agenda")
HTMX = {"HX-Request": "true", "HX-Target": "calendar"}


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


def url(view, date="2026-11-24"):
    return f"/calendar/?view={view}&date={date}"


@pytest.mark.parametrize(
    ("view", "title", "heading", "line"),
    [
        ("day", "Tuesday 24 November", "Tuesday 24&nbsp;November 2026", "1 session · 7 free times"),
        ("week", "Week 48, 23 to 29 November", "23&nbsp;– 29&nbsp;November 2026", "Week 48 · 1 session · 1 of 40 h"),
        ("month", "November 2026", "November 2026", "1 session · 1 of 168 h booked"),
        (
            "agenda",
            "Agenda, 24 November to 7 December",
            "24&nbsp;November&nbsp;– 7&nbsp;December 2026",
            "2 weeks · 1 session",
        ),
    ],
)
def test_each_view_has_its_title_and_counts(coach, maria, signed_in, view, title, heading, line):
    factories.create_session(coach=coach, client=maria, at="2026-11-24 13:00")
    page = words(signed_in(coach).get(url(view)))
    assert f"<title>{title} · Praxis</title>" in page
    assert f'<h1 id="calendar-t" tabindex="-1">{heading}</h1>' in page
    assert line in page
    assert f'id="view-{view}" href="/calendar/?view={view}&amp;date=2026-11-24" aria-current="page"' in page
    assert page.count('aria-current="page"') == 2
    assert ("css/rooms.css" in page) == (view != "week")


@pytest.mark.parametrize(
    ("view", "previous", "following"),
    [
        ("day", ("2026-11-23", "Previous day, Monday 23 November"), ("2026-11-25", "Next day, Wednesday 25 November")),
        ("week", ("2026-11-16", "Previous week, 16 to 22 November"), ("2026-11-30", "30 November to 6 December")),
        ("month", ("2026-10-01", "Previous month, October 2026"), ("2026-12-01", "Next month, December 2026")),
        ("agenda", ("2026-11-10", "Earlier, 10 to 23 November"), ("2026-12-08", "Later, 8 to 21 December")),
    ],
)
def test_each_view_leads_back_and_on(coach, signed_in, view, previous, following):
    page = words(signed_in(coach).get(url(view)))
    for date, label in (previous, following):
        assert f'href="/calendar/?view={view}&amp;date={date}"' in page
        assert label in page
    assert f'id="cal-today" href="/calendar/?view={view}"' in page


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_the_same_without_the_page(coach, maria, signed_in, view):
    factories.create_session(coach=coach, client=maria, at="2026-11-24 13:00")
    browser = signed_in(coach)
    page, part = (
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", words(browser.get(url(view), headers=headers)))
        for headers in ({}, HTMX)
    )
    assert part[part.index('<div id="calendar"') :].strip() in page
    assert f'hx-get="/calendar/?view={view}&amp;date=2026-11-24' in part


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("day", "Tuesday 24 November, 0 sessions"),
        ("week", "Week 48, 23 to 29 November, 0 sessions"),
        ("month", "November 2026, 0 sessions"),
        ("agenda", "24 November to 7 December, 0 sessions"),
    ],
)
def test_what_came_is_said_aloud_unless_it_was_only_read_anew(coach, signed_in, view, said):
    browser = signed_in(coach)
    turned = words(browser.get(url(view), headers=HTMX | {"HX-Trigger": "cal-next"}))
    anew = words(browser.get(url(view), headers=HTMX | {"HX-Trigger": "calendar"}))
    assert f'<div hx-swap-oob="innerHTML:#live">{said}</div>' in turned
    assert "hx-swap-oob" not in anew


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_shows_sessions_holds_and_wishes_with_their_words(coach, maria, signed_in, view):
    nikos = factories.create_client(of=coach, full_name="Nikos Georgiou")
    session = factories.create_session(coach=coach, client=maria, at="2026-11-24 13:00")
    case = factories.create_case(coach=coach, client=nikos, blocking=session)
    factories.create_proposal(session=session, case=case, offers=["2026-11-24 10:00"])
    page = words(signed_in(coach).get(url(view)))
    assert f'href="/sessions/{session.pk}/"' in page
    assert f'href="/conflicts/#case-{case.pk}"' in page
    for word in ("Asked to move", "Pending", "On hold") if view != "month" else ("asked to move", "pending", "on hold"):
        assert word.lower() in page.lower()


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_names_a_client_whose_care_has_ended(coach, maria, signed_in, view):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-24 13:00")
    Care.objects.update(ended_at=factories.NOW)
    page = words(signed_in(coach).get(url(view)))
    assert "Busy" in page
    assert "Maria" not in page
    assert f"/sessions/{session.pk}/" not in page


@pytest.mark.parametrize("view", VIEWS)
def test_names_are_shown_as_they_are_written(coach, signed_in, view):
    client = factories.create_client(of=coach, full_name='<script>"x" & O\'Connor')
    factories.create_session(coach=coach, client=client, at="2026-11-24 13:00", title="<i>&")
    page = words(signed_in(coach).get(url(view)))
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "<i>" not in page


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "date", ["2027-03-28", "2026-10-25", "2026-12-31", "2027-01-01", "2028-02-29", "2006-01-01", "2046-12-31"]
)
def test_each_view_of_odd_days(coach, signed_in, view, date):
    assert signed_in(coach).get(url(view, date)).status_code == 200


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("date", ["garbage", "2027-02-30", "2047-01-01", "9999-12-31"])
def test_each_view_answers_days_that_are_none_in_words(coach, signed_in, view, date):
    response = signed_in(coach).get(url(view, date))
    assert response.status_code == 400
    assert f"“{date}” is not a day that this calendar has. Here is today." in words(response)
    assert 'aria-current="date"' in words(response) or view == "day"


@pytest.mark.parametrize("asked", ["view=year", "view=", "view=week&weeks=3", "weeks=1000", "weeks=-2", "weeks=x"])
def test_views_that_are_none_are_answered_in_words(coach, signed_in, asked):
    response = signed_in(coach).get(f"/calendar/?{asked}")
    assert response.status_code == 400
    assert "There is no such view" in words(response)


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_of_a_coach_without_hours_says_what_to_do(signed_in, view):
    page = words(signed_in(factories.create_coach(hours=())).get(url(view)))
    assert "No opening hours yet" in page
    assert 'id="view-week"' in page


def test_the_view_used_last_is_remembered_on_the_device(coach, signed_in):
    browser = signed_in(coach)
    assert "Week 47" in words(browser.get("/calendar/"))
    assert "calendar_view" not in browser.cookies
    browser.get("/calendar/?view=month")
    kept = browser.cookies["calendar_view"]
    assert (kept.value, kept["httponly"], kept["samesite"], kept["max-age"]) == ("month", True, "Lax", 365 * 24 * 3600)
    assert "<title>November 2026 · Praxis</title>" in words(browser.get("/calendar/"))
    assert "<title>December 2026 · Praxis</title>" in words(browser.get("/calendar/?date=2026-12-24"))
    assert "Week 47" in words(browser.get("/calendar/?view=week"))
    assert "calendar_view" not in browser.get("/calendar/?view=week").cookies


def test_a_phone_opens_the_agenda_until_another_view_was_used(coach, signed_in):
    browser = signed_in(coach)
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36"}
    assert 'id="view-agenda" href="/calendar/?view=agenda&amp;date=2026-11-20" aria-current="page"' in words(
        browser.get("/calendar/", headers=phone)
    )
    browser.get("/calendar/?view=day", headers=phone)
    assert 'id="view-day" href="/calendar/?view=day&amp;date=2026-11-20" aria-current="page"' in words(
        browser.get("/calendar/", headers=phone)
    )


def test_a_cookie_of_no_view_is_the_week(coach, signed_in):
    browser = signed_in(coach)
    browser.cookies["calendar_view"] = "<year>"
    response = browser.get("/calendar/")
    assert (response.status_code, "Week 47" in words(response)) == (200, True)


def test_a_view_that_is_none_is_not_remembered(coach, signed_in):
    browser = signed_in(coach)
    browser.get("/calendar/?view=year")
    browser.get("/calendar/?view=month&date=never")
    assert "calendar_view" not in browser.cookies


def test_day_says_what_is_now_next_and_left(coach, maria, signed_in):
    over = factories.create_session(coach=coach, client=maria, at="2026-11-20 08:00")
    owed = factories.create_session(
        coach=coach, client=maria, at="2026-11-20 09:00", price=60, status=SessionStatus.COMPLETED
    )
    now = factories.create_session(coach=coach, client=maria, at="2026-11-20 10:30")
    factories.create_session(coach=coach, client=maria, at="2026-11-20 15:00")
    page = words(signed_in(coach).get("/calendar/?view=day"))
    assert f'id="now-note" href="/sessions/{now.pk}/#note-body">' in page
    assert '<h2 id="now-t">Now</h2><span class="badge" data-status="live">' in page
    assert '<h2 id="next-t">Next</h2>' in page
    assert "Left from today" in page
    assert f'id="unsaid-{over.pk}" href="/sessions/{over.pk}/"' in page
    assert f'id="unpaid-{owed.pk}" href="/sessions/{owed.pk}/"' in page
    assert "€60.00 unpaid" in page
    assert '<div class="week one-day from-8 to-17">' in page


def test_day_without_anybody_leads_to_its_free_times(coach, signed_in):
    page = words(signed_in(coach).get(url("day")))
    assert "Nothing on Tuesday" in page
    assert "8 free times" in page
    assert 'id="empty-book" href="/sessions/book/?day=2026-11-24&amp;at=09:00"' in page


def test_closed_day_says_so(coach, signed_in):
    page = words(signed_in(coach).get(url("day", "2026-11-29")))
    assert "Nothing on Sunday" in page
    assert "Closed" in page
    assert "empty-book" not in page
    assert 'id="empty-hours" href="/settings/hours/#dates">' in page


def test_closed_day_that_is_past_offers_nothing(coach, signed_in):
    assert "empty-hours" not in words(signed_in(coach).get(url("day", "2026-11-15")))


def test_month_cell_leads_to_its_day(coach, maria, signed_in):
    for clock in ("09:00", "10:00", "11:00", "12:00", "13:00"):
        factories.create_session(coach=coach, client=maria, at=f"2026-11-24 {clock}")
    page = words(signed_in(coach).get(url("month")))
    assert 'id="m-2026-11-24" href="/calendar/?view=day&amp;date=2026-11-24"' in page
    assert "5<span> sessions</span>" in page
    assert '09:00 Maria P.<span class="vh">, Scheduled</span>' in page
    assert '2 more<span class="vh">: Tuesday 24 November</span>' in page


def test_agenda_goes_on_by_two_weeks_and_the_focus_with_it(coach, signed_in):
    browser = signed_in(coach)
    page = words(browser.get(url("agenda")))
    assert 'id="d-2026-12-08-a" href="/calendar/?view=agenda&amp;date=2026-11-24&amp;weeks=4#d-2026-12-08"' in page
    longer = words(browser.get(url("agenda") + "&weeks=4", headers=HTMX | {"HX-Trigger": "d-2026-12-08-a"}))
    assert 'id="d-2026-12-08-a" href="/calendar/?view=day&amp;date=2026-12-08"' in longer
    assert 'hx-get="/calendar/?view=agenda&amp;date=2026-11-24&amp;weeks=4"' in longer
    assert "4 weeks · 0 sessions" in longer
    assert "24 November to 21 December, 0 sessions" in longer


def test_longest_agenda_goes_on_with_a_new_one(coach, signed_in):
    page = words(signed_in(coach).get(url("agenda") + "&weeks=12"))
    assert 'href="/calendar/?view=agenda&amp;date=2027-02-16&amp;weeks=2#d-2027-02-16"' in page


def test_agenda_without_anybody_says_so_and_names_free_times(coach, signed_in):
    page = words(signed_in(coach).get(url("agenda")))
    assert "Nothing is booked in these weeks." in page
    assert "8 free times:" in page
    assert '<span class="vh">Book Tue 24 Nov </span>09:00</a>' in page


@pytest.mark.parametrize(
    ("view", "words_of_it"),
    [
        ("day", ("Τρίτη 24&nbsp;Νοεμβρίου 2026", "Προηγούμενη ημέρα, Δευτέρα 23 Νοεμβρίου", "Τρίτη: τίποτα")),
        (
            "week",
            ("23&nbsp;– 29&nbsp;Νοεμβρίου 2026", "Εβδομάδα 48", "Επόμενη εβδομάδα, 30 Νοεμβρίου έως 6 Δεκεμβρίου"),
        ),
        ("month", ("Νοέμβριος 2026", "Επόμενος μήνας, Δεκέμβριος 2026", "Κλειστά")),
        ("agenda", ("24&nbsp;Νοεμβρίου&nbsp;– 7&nbsp;Δεκεμβρίου 2026", "Επόμενες 2 εβδομάδες", "8 ελεύθερες ώρες:")),
    ],
)
def test_each_view_is_greek_for_greeks(coach, signed_in, view, words_of_it):
    coach.user.language = "el"
    coach.user.save()
    page = words(signed_in(coach).get(url(view)))
    assert [word for word in words_of_it if word not in page] == []


def test_past_days_of_the_present_week_are_folded_but_for_the_one_asked_for(coach, signed_in):
    page = words(signed_in(coach).get("/calendar/?view=week&date=2026-11-17"))
    folded = re.findall(r'<section class="day is-past is-folded[^"]*" id="d-([\d-]+)"', page)
    assert folded == ["2026-11-16", "2026-11-18", "2026-11-19"]
    assert 'id="d-2026-11-16-a" href="/calendar/?view=day&amp;date=2026-11-16"' in page


@pytest.mark.parametrize(("view", "queries"), [("day", 7), ("week", 7), ("month", 6), ("agenda", 7)])
def test_each_view_costs_a_few_queries_however_long_the_history(coach, maria, signed_in, view, queries):
    browser, counts = signed_in(coach), []
    for number in (1, 3):
        for each in range(number):
            at = f"2026-{11 - each:02}-2{number} 1{each}:00"
            factories.create_session(coach=coach, client=maria, at=at, status=SessionStatus.COMPLETED)
        with CaptureQueriesContext(connection) as seen:
            browser.get(url(view))
        counts.append(len(seen))
    assert counts == [queries, queries]


def test_session_ahead_can_be_dragged_from_where_it_is(coach, maria, signed_in):
    ahead = factories.create_session(coach=coach, client=maria, at="2026-11-24 13:00")
    over = factories.create_session(coach=coach, client=maria, at="2026-11-19 13:00")
    asked = factories.create_session(coach=coach, client=maria, at="2026-11-24 15:00")
    factories.create_proposal(session=asked, offers=["2026-11-25 10:00"])
    browser = signed_in(coach)
    hook = 'data-js-move="/sessions/{}/move/" data-version="1" data-at="13:00" data-minutes="50"'
    for view in ("day", "week"):
        page = words(browser.get(url(view)))
        assert hook.format(ahead.pk) in page
        assert page.count("data-js-move") == 1
    assert f"/sessions/{over.pk}/" in words(browser.get(url("week", "2026-11-19")))
    assert "data-js-move" not in words(browser.get(url("week", "2026-11-19")))
    assert "data-js-move" not in words(browser.get(url("agenda")))


def test_month_is_a_grid_for_the_arrow_keys(coach, signed_in):
    page = words(signed_in(coach).get(url("month")))
    assert '<table class="month" id="month" aria-labelledby="calendar-t" data-js-grid>' in page
    assert page.count("<td") == 42
