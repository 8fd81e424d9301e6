import datetime as dt

import pytest
from django.http import Http404, HttpResponse
from django.utils import timezone

from clients.actions.links import mint_link
from clients.models import Care
from scheduling import access
from scheduling.states import SessionKind
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(coach, client_user):
    return factories.create_session(coach=coach, client=client_user.client, at="2026-11-23 13:00")


@pytest.fixture
def case(coach, session):
    nikos = factories.create_client(of=coach)
    return factories.create_case(coach=coach, client=nikos, blocking=session)


@pytest.fixture
def proposal(session, case):
    return factories.create_proposal(session=session, case=case, offers=["2026-11-24 10:00"])


def test_pages_of_a_coach_have_the_calendars_clock(rf):
    coach = factories.create_coach(zone="Asia/Tokyo")
    request = rf.get("/")
    request.user = coach.user
    view = access.coach_only(lambda request: HttpResponse(timezone.get_current_timezone_name()))
    assert view(request).content == b"Asia/Tokyo"
    assert view.access_mark == "coach"
    assert timezone.get_current_timezone_name() == "Europe/Athens"


def test_session_is_its_coachs(coach, session):
    assert access.session_for(coach.user, session.pk) == session
    assert session.kind == SessionKind.BOOKED


def test_case_is_its_coachs(coach, case):
    assert access.case_for(coach.user, case.pk) == case


@pytest.mark.parametrize("fetch", [access.session_for, access.case_for])
def test_rows_of_others_are_not_found(other_coach, client_user, session, case, fetch):
    key = session.pk if fetch is access.session_for else case.pk
    for user, number in [(other_coach.user, key), (client_user, key), (other_coach.user, 0), (client_user, 10**30)]:
        with pytest.raises(Http404):
            fetch(user, number)


def test_proposals_and_own_times_of_others_are_not_found(coach, other_coach, client_user, proposal):
    counter = factories.create_counter(proposal=proposal, at="2026-11-24 14:00")
    assert access.proposal_for(coach.user, proposal.pk) == proposal
    assert access.counter_for(coach.user, counter.pk) == counter
    for user in (other_coach.user, client_user):
        for fetch, row in ((access.proposal_for, proposal), (access.counter_for, counter)):
            with pytest.raises(Http404):
                fetch(user, row.pk)


def test_proposal_is_opened_by_its_link(proposal, now, clock):
    token = mint_link(access.PROPOSAL_LINK, f"proposal:{proposal.pk}", expires_at=now + dt.timedelta(days=1), now=now)
    assert access.proposal_by_token(token) == proposal
    clock.shift(dt.timedelta(days=1, seconds=1))
    with pytest.raises(Http404):
        access.proposal_by_token(token)


@pytest.mark.parametrize(
    ("purpose", "obj"),
    [("feed", "proposal:{}"), (access.PROPOSAL_LINK, "session:{}"), (access.PROPOSAL_LINK, "proposal:{}0000000")],
)
def test_links_for_other_things_open_no_proposal(proposal, now, clock, purpose, obj):
    later = now + dt.timedelta(days=1)
    token = mint_link(purpose, obj.format(proposal.pk), expires_at=later, now=now)
    with pytest.raises(Http404):
        access.proposal_by_token(token)


@pytest.mark.parametrize("token", ["", "x", "ü", "a" * 5000])
def test_damaged_links_open_nothing(db, token):
    with pytest.raises(Http404):
        access.proposal_by_token(token)


def test_proposal_is_the_recipients(client_user, stranger, coach, proposal):
    assert access.proposal_for_client(client_user, proposal.pk) == proposal
    for user in (stranger, coach.user):
        with pytest.raises(Http404):
            access.proposal_for_client(user, proposal.pk)


@pytest.mark.parametrize("fetch", [access.session_for, access.case_for])
def test_rows_of_clients_whose_care_has_ended_are_not_found(coach, session, case, fetch):
    Care.objects.update(ended_at=factories.NOW)
    with pytest.raises(Http404):
        fetch(coach.user, session.pk if fetch is access.session_for else case.pk)
