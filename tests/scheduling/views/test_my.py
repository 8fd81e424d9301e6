from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import AuditEvent
from scheduling.models import RescheduleProposal, Session
from scheduling.queries.my import my_page
from scheduling.states import ProposalStatus, SessionStatus
from tests import factories
from tests.scheduling.views.conflict_dialog import title, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(coach, client_user):
    return factories.create_session(
        coach=coach, client=client_user.client, at="2026-11-23 13:00", title="Private words"
    )


@pytest.fixture
def proposal(session):
    return factories.create_proposal(session=session, offers=["2026-11-24 10:00", "2026-11-25 10:00"])


def test_open_offers_come_first(client_user, session, proposal, signed_in):
    response = signed_in(client_user).get("/my/")
    page = words(response)
    assert title(response) == "Your sessions · Praxis"
    assert "Elena Marinou asks: can we move Monday 23 November?" in page
    assert "If you do nothing, Monday 23 November, 13:00 stays." in page
    assert f'href="/my/offers/{proposal.pk}/"' in page
    assert page.index("can we move Monday") < page.index("Next session")
    assert "Asked to move" in page


def test_next_and_past_sessions(client_user, coach, session, signed_in):
    client = client_user.client
    factories.create_session(coach=coach, client=client, at="2026-11-30 13:00")
    factories.create_session(coach=coach, client=client, at="2026-11-16 13:00", status=SessionStatus.COMPLETED)
    factories.create_session(coach=coach, client=client, at="2026-11-24 09:00", status=SessionStatus.CANCELLED)
    page = words(signed_in(client_user).get("/my/"))
    assert '<p class="timer">Monday 23 November, 13:00</p>' in page
    assert "Monday 30 November, 13:00" in page
    assert page.index("Lately") < page.index("Monday 16 November, 13:00")
    assert "24 November" not in page
    assert "Private words" not in page


def test_a_missed_session_is_called_so_to_who_missed_it(client_user, coach, signed_in):
    factories.create_session(
        coach=coach, client=client_user.client, at="2026-11-16 13:00", status=SessionStatus.NO_SHOW
    )
    page = words(signed_in(client_user).get("/my/"))
    assert "Missed" in page
    assert "No-show" not in page


def test_a_past_session_that_nobody_closed_has_no_badge(client_user, coach, signed_in):
    factories.create_session(coach=coach, client=client_user.client, at="2026-11-16 13:00")
    page = words(signed_in(client_user).get("/my/"))
    assert "Monday 16 November, 13:00" in page
    assert "badge" not in page[page.index("Lately") :]


def test_nothing_ahead_is_designed(client_user, signed_in):
    assert "No session ahead" in words(signed_in(client_user).get("/my/"))


def test_times_of_a_coach_elsewhere_have_ones_own_beside(client_user, session, signed_in):
    client = client_user.client
    client.time_zone = client_user.time_zone = "Europe/Berlin"
    client.save()
    client_user.save()
    page = words(signed_in(client_user).get("/my/"))
    assert "Monday 23 November, 13:00" in page
    assert "12:00 where you are" in page


def test_next_session_says_when_where_and_whom_to_call(client_user, session, signed_in, settings):
    settings.PRACTICE_ADDRESS, settings.PRACTICE_PHONE = "Solonos 84", "210 000 0000"
    page = words(signed_in(client_user).get("/my/"))
    assert "<b>In 3 days</b>" in page
    assert "50 minutes, Solonos 84" in page
    assert '<a class="btn" id="next-tel" href="tel:2100000000" aria-describedby="next-call">' in page


@pytest.mark.parametrize(
    ("now", "heading", "away"),
    [
        ("2026-11-22 23:59", "Next session", "Tomorrow"),
        ("2026-11-23 00:00", "Next session", "Today"),
        ("2026-11-23 13:49", "Your session now", "Today"),
    ],
)
def test_next_session_comes_nearer(client_user, session, signed_in, clock, now, heading, away):
    clock.move_to(factories.moment(now))
    page = words(signed_in(client_user).get("/my/"))
    assert f'<h2 id="next-h">{heading}</h2>' in page
    assert f"<b>{away}</b>" in page


def test_next_session_names_the_coach_where_there_are_several(client_user, session, other_coach, signed_in):
    factories.create_care(client=client_user.client, provider=other_coach)
    factories.create_session(coach=other_coach, client=client_user.client, at="2026-11-24 13:00")
    assert "<b>In 3 days</b>, Elena Marinou" in words(signed_in(client_user).get("/my/"))


def test_a_long_row_of_sessions_says_that_it_goes_on(client_user, coach, signed_in):
    browser = signed_in(client_user)
    for day in range(1, 9):
        factories.create_session(coach=coach, client=client_user.client, at=f"2026-12-0{day} 13:00")
    assert "There are more after these." not in words(browser.get("/my/"))
    factories.create_session(coach=coach, client=client_user.client, at="2026-12-09 13:00")
    page = words(browser.get("/my/"))
    assert "There are more after these." in page
    assert "9 December" not in page


@pytest.mark.parametrize(
    ("hour", "greeting"), [(11, "Good morning"), (13, "Good afternoon"), (19, "Good evening"), (2, "Good evening")]
)
def test_greeting_follows_the_clock(client_user, signed_in, clock, hour, greeting):
    clock.move_to(factories.moment(f"2026-11-20 {hour:02}:00"))
    assert f">{greeting}</h1>" in words(signed_in(client_user).get("/my/"))


def test_ended_offers_and_other_peoples_are_not_shown(client_user, coach, session, proposal, signed_in):
    other = factories.create_client(of=coach)
    elsewhere = factories.create_session(coach=coach, client=other, at="2026-11-26 13:00")
    factories.create_proposal(session=elsewhere, offers=["2026-11-27 10:00"])
    RescheduleProposal.objects.filter(pk=proposal.pk).update(status=ProposalStatus.WITHDRAWN)
    page = words(signed_in(client_user).get("/my/"))
    assert "See the times" not in page
    assert "26 November" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_my_page_asks_the_same_number_of_questions(client_user, coach, number, clock):
    for day in range(number):
        made = factories.create_session(coach=coach, client=client_user.client, at=f"2026-11-2{3 + day} 13:00")
        factories.create_proposal(session=made, offers=[f"2026-11-2{4 + day} 10:00"])
    with CaptureQueriesContext(connection) as queries:
        page = my_page(client_user, now=factories.NOW)
    assert (len(page.questions), len(page.coming)) == (number, number)
    assert len(queries) == 4


def test_offer_is_answered_with_sign_in(client_user, session, proposal, signed_in):
    browser = signed_in(client_user)
    url = f"/my/offers/{proposal.pk}/"
    assert "Can we move your session?" in words(browser.get(url))
    second = proposal.offers.order_by("during").last()
    response = browser.post(url, {"offer": second.pk})
    assert response.status_code == 200
    assert "See you on Wednesday, 10:00" in words(response)
    assert "See all your sessions" in words(response)
    assert Session.objects.get().interval == second.interval
    assert AuditEvent.objects.get(verb="proposal_answered").actor == client_user


def test_offer_page_carries_a_token_against_forged_forms(client_user, proposal, signed_in):
    page = words(signed_in(client_user).get(f"/my/offers/{proposal.pk}/"))
    assert "csrfmiddlewaretoken" in page.split("<main")[1]


def test_opening_changes_nothing(client_user, proposal, signed_in):
    before = list(RescheduleProposal.objects.values())
    signed_in(client_user).get(f"/my/offers/{proposal.pk}/")
    assert list(RescheduleProposal.objects.values()) == before


def test_foreign_and_unknown_offers_are_404_alike(coach, client_user, signed_in):
    other = factories.create_client(of=coach)
    theirs = factories.create_session(coach=coach, client=other, at="2026-11-26 13:00")
    foreign = factories.create_proposal(session=theirs, offers=["2026-11-27 10:00"])
    browser = signed_in(client_user)
    answers = [browser.get(f"/my/offers/{pk}/") for pk in (foreign.pk, 987654)]
    assert [response.status_code for response in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert browser.post(f"/my/offers/{foreign.pk}/", {"offer": foreign.offers.get().pk}).status_code == 404


def test_only_for_clients(coach, proposal, signed_in):
    for url in ("/my/", f"/my/offers/{proposal.pk}/"):
        assert signed_in(coach).get(url).status_code == 403
        assert signed_in().get(url).status_code == 302


def test_session_that_runs_now_is_the_next_one(client_user, coach, session, signed_in, clock):
    clock.move_to(session.starts_at + dt.timedelta(minutes=10))
    assert '<p class="timer">Monday 23 November, 13:00</p>' in words(signed_in(client_user).get("/my/"))
