import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Care
from scheduling.drawing.places import until_word
from scheduling.states import SessionStatus
from tests import factories
from tests.legible import words

pytestmark = pytest.mark.django_db

URL = "/calendar/?view=week&date=2026-11-23"
HTMX = {"HX-Request": "true", "HX-Target": "calendar"}


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


def test_calendar_shows_the_week_asked_for(coach, maria, signed_in):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00")
    response = signed_in(coach).get(URL)
    assert response.status_code == 200
    page = words(response)
    assert "<title>Week 48, 23 to 29 November · Praxis</title>" in page
    assert "23&nbsp;– 29&nbsp;November 2026" in page
    assert "Week 48 · 1 session · 1 of 40 h booked" in page
    assert f'<li class="ev h-13 d-50" id="session-{session.pk}" data-status="scheduled">' in page
    assert f'id="at-2026-11-23-1300" href="/sessions/{session.pk}/"' in page
    assert 'href="/sessions/book/?day=2026-11-23&amp;at=09:00"' in page
    assert 'href="/calendar/?view=week&amp;date=2026-11-16"' in page
    assert 'href="/calendar/?view=week&amp;date=2026-11-30"' in page


def test_calendar_without_a_date_is_the_present_week(coach, signed_in):
    page = words(signed_in(coach).get("/calendar/"))
    assert "Week 47" in page
    assert '<li class="now-at h-11 m-0">11:00</li>' in page


def test_week_beyond_the_horizon_says_until_when_bookings_are_taken(coach, signed_in):
    browser = signed_in(coach)
    assert "You take bookings up to" not in words(browser.get(URL))
    page = words(browser.get("/calendar/?view=week&date=2027-03-01"))
    assert "You take bookings up to 18 February 2027" in page


def test_calendar_is_of_the_coachs_clock(signed_in):
    coach = factories.create_coach(zone="America/New_York")
    page = words(signed_in(coach).get(URL))
    assert 'href="/sessions/book/?day=2026-11-23&amp;at=09:00"' in page


def test_calendar_part_is_the_same_without_the_page(coach, maria, signed_in):
    factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00")
    browser = signed_in(coach)
    page, part = words(browser.get(URL)), words(browser.get(URL, headers=HTMX))
    body = part[part.index('<div id="calendar"') :]
    assert body.strip() in page
    assert part.lstrip().startswith("<title>Week 48")
    assert 'hx-trigger="calendar:changed from:body"' in part


def test_calendar_names_holidays_kept_or_not(coach, maria, signed_in):
    factories.create_session(coach=coach, client=maria, at="2026-12-25 13:00")
    page = words(signed_in(coach).get("/calendar/?view=week&date=2026-12-21"))
    assert "<p>Christmas, 1 session</p>" in page
    assert "<p>Second day of Christmas</p>" in page
    assert "<span>Second day of Christmas, public holiday</span>" in page
    coach.user.language = "el"
    coach.user.save()
    assert "<span>Δεύτερη ημέρα Χριστουγέννων, αργία</span>" in words(
        signed_in(coach).get("/calendar/?view=week&date=2026-12-21")
    )


def test_calendar_says_aloud_which_week_came(coach, signed_in):
    browser = signed_in(coach)
    turned = words(browser.get(URL, headers=HTMX | {"HX-Trigger": "cal-next"}))
    again = words(browser.get(URL, headers=HTMX | {"HX-Trigger": "calendar"}))
    assert '<div hx-swap-oob="innerHTML:#live">Week 48, 23 to 29 November, 0 sessions</div>' in turned
    assert "hx-swap-oob" not in again


def test_calendar_shows_wish_hold_and_question(coach, maria, signed_in):
    nikos = factories.create_client(of=coach, full_name="Nikos Georgiou")
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00")
    case = factories.create_case(coach=coach, client=nikos, blocking=session)
    factories.create_proposal(session=session, case=case, offers=["2026-11-24 10:00"])
    page = words(signed_in(coach).get(URL))
    assert f'<li class="ev h-13 d-50 lane-1" id="session-{session.pk}" data-status="proposed">' in page
    assert '<li class="ev h-13 d-50 lane-2" data-status="pending">' in page
    assert '<span class="desk" aria-hidden="true">asked</span>' in page
    assert '<span class="desk" aria-hidden="true">waits</span>' in page
    assert f'href="/conflicts/#case-{case.pk}"' in page
    assert '<b>Nikos<span class="lane-off"> Georgiou</span></b>' in page
    assert '<li class="ev hold h-10 d-50">' in page
    assert "<b>Held for Maria Papadopoulou</b>" in page


def test_calendar_names_day_time_person_and_state(coach, maria, signed_in):
    factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00", title="first")
    page = words(signed_in(coach).get(URL))
    assert '<span class="vh">Mon 23 Nov </span><b>Maria Papadopoulou</b>' in page
    assert '<time>13:00<span class="phone">–13:50</span></time> · first' in page
    assert '<span class="vh desk">, Scheduled</span>' in page


def test_what_a_mouse_may_drag_says_where_how_long_and_from_which_version(coach, maria, signed_in):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:05", minutes=45)
    page = words(signed_in(coach).get(URL))
    move = f'data-js-move="/sessions/{session.pk}/move/" data-version="1" data-at="13:05" data-minutes="45"'
    assert f'href="/sessions/{session.pk}/" {move}>' in page


def test_what_is_over_asked_or_cancelled_is_not_dragged(coach, maria, signed_in):
    asked = factories.create_session(coach=coach, client=maria, at="2026-11-20 16:00")
    factories.create_proposal(session=asked, offers=["2026-11-24 10:00"])
    factories.create_session(coach=coach, client=maria, at="2026-11-20 10:30")
    factories.create_session(coach=coach, client=maria, at="2026-11-19 12:00")
    factories.create_session(coach=coach, client=maria, at="2026-11-20 14:00", status=SessionStatus.CANCELLED)
    assert "data-js-move" not in words(signed_in(coach).get("/calendar/"))


@pytest.mark.parametrize(
    "date",
    ["garbage", "2026-13-45", "2027-02-30", "9999-12-31", "0001-01-01", "2026-11-23' OR 1=1", "-1", "%FF%FE"],
)
def test_calendar_answers_days_that_are_none_in_words(coach, signed_in, date):
    response = signed_in(coach).get(f"/calendar/?date={date}")
    assert response.status_code == 400
    assert "is not a day that this calendar has" in words(response)
    assert "Week 47" in words(response)


def test_calendar_has_no_view_but_the_week_yet(coach, signed_in):
    response = signed_in(coach).get("/calendar/?view=year")
    assert response.status_code == 400
    assert "There is no such view" in words(response)


@pytest.mark.parametrize("monday", ["2027-03-22", "2026-10-19", "2026-12-28", "2028-02-28"])
def test_calendar_of_odd_weeks(coach, signed_in, monday):
    assert signed_in(coach).get(f"/calendar/?date={monday}").status_code == 200


def test_calendar_of_a_coach_without_hours_says_what_to_do(signed_in):
    coach = factories.create_coach(hours=())
    page = words(signed_in(coach).get("/calendar/"))
    assert "No opening hours yet" in page
    assert 'href="/settings/hours/">' in page
    assert "Enter weekly hours" in page
    assert '<a class="btn" id="cal-new"' in page
    assert page.count("btn primary") == 1
    assert 'class="week' not in page


def test_calendar_is_not_for_others(coach, client_user, stranger, signed_in):
    assert signed_in(client_user).get("/calendar/").status_code == 403
    assert signed_in(stranger).get("/calendar/").status_code == 403
    assert signed_in().get("/calendar/").status_code == 302
    assert signed_in().get("/calendar/", headers=HTMX).status_code == 401


def test_calendar_shows_nothing_of_other_coaches(coach, other_coach, signed_in):
    client = factories.create_client(of=other_coach, full_name="Arben Hoxha")
    factories.create_session(coach=other_coach, client=client, at="2026-11-23 13:00")
    assert "Arben" not in words(signed_in(coach).get(URL))


def test_calendar_takes_no_posts(coach, signed_in):
    assert signed_in(coach).post("/calendar/").status_code == 405


def test_calendar_is_greek_for_greeks(maria, coach, signed_in):
    coach.user.language = "el"
    coach.user.save()
    page = words(signed_in(coach).get(URL))
    assert "23&nbsp;– 29&nbsp;Νοεμβρίου 2026" in page
    assert ">Δευ 23<" in page


def test_calendar_costs_seven_queries_however_long_the_history(coach, maria, signed_in):
    browser, counts = signed_in(coach), []
    for week in (1, 3):
        for number in range(week):
            at = f"2026-{11 - number:02}-2{week} 1{number}:00"
            factories.create_session(coach=coach, client=maria, at=at, status=SessionStatus.COMPLETED)
        with CaptureQueriesContext(connection) as queries:
            browser.get(URL)
        counts.append(len(queries))
    assert counts == [7, 7]


def test_hour_of_a_client_whose_care_has_ended_has_no_name_and_no_link(coach, signed_in):
    maria = factories.create_client(of=coach, full_name="Maria Papadopoulou")
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00")
    Care.objects.update(ended_at=factories.NOW)
    browser = signed_in(coach)
    page = browser.get("/calendar/?view=week&date=2026-11-23").content.decode()
    assert '<span class="vh">13:00–13:50 </span>Busy' in page
    assert "Maria" not in page
    assert f"/sessions/{session.pk}/" not in page
    for what in ("", "move/", "cancel/"):
        assert browser.get(f"/sessions/{session.pk}/{what}").status_code == 404


@pytest.mark.parametrize(
    ("ends", "day", "word"),
    [
        ("2026-11-20 20:00", "2026-11-20", "20:00"),
        ("2026-11-20 20:00", "2026-11-25", "today"),
        ("2026-11-25 08:00", "2026-11-25", "08:00"),
        ("2026-11-24 20:00", "2026-11-25", "Tue"),
        ("2026-12-05 20:00", "2026-12-07", "Sat 5 Dec"),
    ],
)
def test_hold_names_the_day_on_which_it_ends_when_that_is_another(clock, ends, day, word):
    assert until_word(factories.hour(ends).starts_at, on=dt.date.fromisoformat(day)) == word
