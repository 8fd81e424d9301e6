import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
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


def test_session_is_its_clients_too_and_nobody_elses(coach, client_user, session, stranger):
    assert access.session_for_client(client_user, session.pk) == session
    for user in (stranger, coach.user):
        with pytest.raises(Http404):
            access.session_for_client(user, session.pk)


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


def test_thread_is_the_coachs_while_they_care_and_the_clients_for_good(coach, client_user):
    maria = client_user.client
    assert access.thread_for(coach.user, maria.pk).is_coachs
    theirs = access.thread_for_client(client_user, maria.pk, coach.user.pk)
    assert (theirs.provider, theirs.client, theirs.is_coachs) == (coach.user, maria, False)
    Care.objects.update(ended_at=factories.NOW)
    with pytest.raises(Http404):
        access.thread_for(coach.user, maria.pk)
    assert access.thread_for_client(client_user, maria.pk, coach.user.pk).care.ended_at == factories.NOW


def test_threads_and_messages_of_others_are_not_found(coach, other_coach, client_user, stranger):
    maria, nikos = client_user.client, factories.create_client(of=coach, user=factories.create_user())
    for user in (other_coach.user, stranger, client_user):
        with pytest.raises(Http404):
            access.thread_for(user, maria.pk)
    for user, client, number in (
        (coach.user, maria, coach.user.pk),
        (client_user, nikos, coach.user.pk),
        (client_user, maria, other_coach.user.pk),
        (client_user, maria, 10**17),
    ):
        with pytest.raises(Http404):
            access.thread_for_client(user, client.pk, number)
    mine = access.thread_for(coach.user, maria.pk)
    message = factories.create_message(coach=coach, client=maria)
    assert access.message_of(mine, message.pk) == message
    for number in (factories.create_message(coach=coach, client=nikos).pk, 10**30):
        with pytest.raises(Http404):
            access.message_of(mine, number)


def test_threads_are_for_both_sides_and_nobody_else(rf, coach, client_user, staff, stranger):
    view = access.of_a_thread(lambda request: HttpResponse(timezone.get_current_timezone_name()))
    assert view.access_mark == "signed_in"
    coach.time_zone = "Asia/Tokyo"
    for user, zone in ((coach.user, b"Asia/Tokyo"), (client_user, b"Europe/Athens")):
        request = rf.get("/")
        request.user = user
        assert view(request).content == zone
    for user in (staff, stranger):
        request = rf.get("/")
        request.user = user
        with pytest.raises(PermissionDenied):
            view(request)
