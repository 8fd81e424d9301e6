import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse

from clients import access
from clients.states import ClientStatus
from tests import factories

pytestmark = pytest.mark.django_db

GUARDS = {
    "signed_in": access.signed_in,
    "staff": access.staff_only,
    "coach": access.coach_only,
    "client": access.client_only,
}


def view(request, word="in"):
    return HttpResponse(word)


@pytest.fixture
def cast(coach, client_user, staff, stranger):
    return {"coach": coach.user, "client": client_user, "staff": staff, "stranger": stranger}


@pytest.mark.parametrize(
    ("mark", "welcome"),
    [
        ("signed_in", {"coach", "client", "staff", "stranger"}),
        ("staff", {"staff"}),
        ("coach", {"coach"}),
        ("client", {"client"}),
    ],
)
def test_guard_lets_in_whom_it_names(rf, cast, mark, welcome):
    guarded, let_in = GUARDS[mark](view), set()
    for who, user in cast.items():
        request = rf.get("/somewhere/")
        request.user = user
        try:
            let_in.add(who) if guarded(request).content == b"in" else None
        except PermissionDenied:
            pass
    assert let_in == welcome
    assert guarded.access_mark == mark


@pytest.mark.parametrize("guard", GUARDS.values())
def test_guard_leads_nobody_to_sign_in_and_back(rf, guard):
    request = rf.get("/somewhere/?a=1")
    request.user = AnonymousUser()
    answer = guard(view)(request)
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/somewhere/%3Fa%3D1")


def test_guard_leads_a_form_without_a_session_to_the_front_door(rf):
    request = rf.post("/somewhere/")
    request.user = AnonymousUser()
    assert access.coach_only(view)(request)["Location"] == "/account/login/?next=/"


def test_guard_passes_on_what_the_address_says(rf, coach):
    request = rf.get("/")
    request.user = coach.user
    assert access.coach_only(view)(request, word="said").content == b"said"


def test_open_view_is_marked_and_unguarded(rf):
    opened = access.open_to_all(lambda request: HttpResponse("in"))
    assert opened.access_mark == "all"
    assert opened(rf.get("/")).content == b"in"


def test_roles_are_rows(cast):
    assert [who for who, user in cast.items() if access.is_coach(user)] == ["coach"]
    assert [who for who, user in cast.items() if access.is_client(user)] == ["client"]
    assert not access.is_coach(AnonymousUser())


@pytest.mark.parametrize("status", ClientStatus.values)
def test_client_is_seen_by_who_cares_for_them(coach, status):
    client = factories.create_client(of=coach, status=status)
    assert access.client_for(coach.user, client.pk) == client
    assert access.client_for(coach.user, str(client.pk)) == client


def test_client_is_not_found_by_others(coach, other_coach, now):
    foreign = factories.create_client(of=other_coach)
    gone = factories.create_client()
    factories.create_care(client=gone, provider=coach.user, ended_at=now)
    for key in (foreign.pk, gone.pk, uuid.uuid4(), "", "x", "1' OR '1'='1"):
        with pytest.raises(Http404):
            access.client_for(coach.user, key)
