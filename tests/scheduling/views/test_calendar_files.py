"""A session for the client's own calendar: from the page of an answer, and from their own."""

from __future__ import annotations

import pytest

from clients.actions.links import mint_link
from clients.models import AuditEvent, OutboxMessage
from scheduling.actions.cancel import cancel_session
from scheduling.actions.counter import accept_counter
from scheduling.models import RescheduleProposal, Session
from tests.factories import NOW, create_case, create_client, create_counter, create_proposal, create_session
from tests.legible import words
from tests.scheduling.calendar_reader import read
from tests.scheduling.views.proposal_link import LATER

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(coach, client_user):
    return create_session(coach=coach, client=client_user.client, at="2026-11-23 13:00", title="Private words")


@pytest.fixture
def asked(session):
    return create_proposal(session=session, offers=["2026-11-24 10:00", "2026-11-25 10:00"])


@pytest.fixture
def offered(coach, session):
    wisher = create_client(of=coach, full_name="Nikos Georgiou", language="el")
    case = create_case(coach=coach, client=wisher, blocking=session)
    return create_proposal(case=case, offers=["2026-11-24 10:00"])


@pytest.fixture
def browser(signed_in):
    return signed_in()


def link(proposal):
    token = mint_link("proposal", f"proposal:{proposal.pk}", expires_at=LATER, now=NOW)
    return f"/p/{token}/"


def downloaded(browser, at):
    response = browser.get(at)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert response["Content-Disposition"] == 'attachment; filename="session.ics"'
    (event,) = read(response.content).events
    return event


def test_page_of_an_answer_has_the_session_as_a_file(offered, browser):
    at = link(offered)
    assert "add-to-calendar" not in words(browser.get(at))
    assert browser.get(f"{at}?file=calendar").status_code == 404
    page = words(browser.post(at, {"offer": offered.offers.get().pk}))
    assert 'id="add-to-calendar" href="?file=calendar"' in page
    made = Session.objects.get(booked_from__isnull=False)
    event = downloaded(browser, f"{at}?file=calendar")
    assert (event.uid, event.starts_at) == (f"session-{made.pk}@localhost", made.starts_at)
    assert event.summary == "Συνεδρία: Elena Marinou"


def test_link_that_lost_its_end_leads_to_the_file_too(asked, browser):
    at = link(asked)
    browser.post(at, {"offer": asked.offers.first().pk})
    cut = at.rstrip("/")
    assert 'href="?file=calendar"' in words(browser.get(cut))
    assert downloaded(browser, f"{cut}?file=calendar").starts_at == asked.offers.first().interval.starts_at


def test_moved_session_is_the_same_in_the_calendar(asked, session, browser):
    at = link(asked)
    before = downloaded(browser, f"{at}?file=calendar")
    browser.post(at, {"offer": asked.offers.last().pk})
    after = downloaded(browser, f"{at}?file=calendar")
    session.refresh_from_db()
    assert (before.uid, before.sequence, after.starts_at) == (after.uid, after.sequence - 1, session.starts_at)


def test_time_that_the_client_wrote_is_a_file_once_it_is_booked(coach, offered, browser):
    counter = create_counter(proposal=offered, at="2026-11-26 10:00")
    at = link(offered)
    assert browser.get(f"{at}?file=calendar").status_code == 404
    accept_counter(counter.pk, by=coach.user, now=NOW)
    assert downloaded(browser, f"{at}?file=calendar").starts_at == counter.interval.starts_at


def test_file_by_link_is_not_found_by_others_nor_remembered(coach, asked, session, browser):
    at = link(asked)
    response = browser.get(f"{at}?file=calendar")
    assert (response["Referrer-Policy"], response["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    assert response["Cache-Control"] == "no-store, private"
    assert browser.get("/p/unknown/?file=calendar").status_code == 404
    cancel_session(session.pk, by=coach.user, now=NOW, version=1)
    assert browser.get(f"{at}?file=calendar").status_code == 404


def test_downloads_change_nothing(client_user, asked, session, signed_in):
    def everything():
        return [list(kind.objects.values()) for kind in (Session, RescheduleProposal, AuditEvent, OutboxMessage)]

    at, browser = link(asked), signed_in(client_user)
    before = everything()
    for each in (f"{at}?file=calendar", f"/my/sessions/{session.pk}/session.ics"):
        assert browser.get(each).status_code == browser.head(each).status_code == 200
    assert everything() == before


def test_my_page_has_every_session_ahead_as_a_file(coach, client_user, session, signed_in):
    later = create_session(coach=coach, client=client_user.client, at="2026-11-30 13:00")
    past = create_session(coach=coach, client=client_user.client, at="2026-11-16 13:00")
    browser = signed_in(client_user)
    page = words(browser.get("/my/"))
    for each in (session, later):
        assert f'id="visit-{each.pk}-calendar" href="/my/sessions/{each.pk}/session.ics"' in page
        assert downloaded(browser, f"/my/sessions/{each.pk}/session.ics").uid == f"session-{each.pk}@localhost"
    assert f"visit-{past.pk}-calendar" not in page
    assert 'aria-label="Add Monday 30 November, 13:00 to your calendar"' in page


def test_answer_on_ones_own_pages_leads_to_ones_own_file(client_user, asked, session, signed_in):
    page = words(signed_in(client_user).post(f"/my/offers/{asked.pk}/", {"offer": asked.offers.first().pk}))
    assert f'id="add-to-calendar" href="/my/sessions/{session.pk}/session.ics"' in page


def test_file_is_for_its_own_client(coach, client_user, session, signed_in):
    theirs = create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 10:00")
    at = "/my/sessions/{}/session.ics"
    assert signed_in(client_user).get(at.format(theirs.pk)).status_code == 404
    assert signed_in(client_user).get(at.format(0)).status_code == 404
    assert signed_in(coach).get(at.format(session.pk)).status_code == 403
    assert signed_in().get(at.format(session.pk)).status_code == 302
