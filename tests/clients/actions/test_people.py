from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.actions import people
from clients.errors import AddressNeeded, EmailTaken, NotForOneself
from clients.models import AuditEvent, Care, OutboxMessage, User
from config.kernel.errors import NotYours
from tests.factories import NOW, create_care, create_client, create_user

LATER = NOW.replace(hour=15)


def audited():
    return [
        (event.verb, event.object, event.actor, event.facts, event.at) for event in AuditEvent.objects.order_by("pk")
    ]


@pytest.mark.django_db
def test_first_sign_in_makes_the_account_of_the_only_client_with_that_address():
    client = create_client(full_name="Μαρία", email="Maria@Praxis.test", language="el", time_zone="Europe/London")
    user = people.open_client_account(" MARIA@praxis.test", now=NOW)
    client.refresh_from_db()
    assert client.user == user
    assert (user.email, user.full_name, user.language, user.time_zone) == (
        "maria@praxis.test",
        "Μαρία",
        "el",
        "Europe/London",
    )
    assert not user.has_usable_password()
    assert not user.is_staff
    assert audited() == [("account_opened", f"client:{client.pk}", None, {"user": user.pk}, NOW)]


@pytest.mark.django_db
def test_second_sign_in_finds_the_account():
    create_client(email="maria@praxis.test")
    first = people.open_client_account("maria@praxis.test", now=NOW)
    assert people.open_client_account("maria@praxis.test", now=LATER) == first
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "others",
    [
        [],
        [{"status": "archived"}],
        [{}, {}],
        [{"email": "else@praxis.test"}],
    ],
    ids=["nobody", "archived", "family", "another_address"],
)
def test_address_that_is_not_exactly_one_active_clients_opens_nothing(others):
    for fields in others:
        create_client(**({"email": "maria@praxis.test"} | fields))
    assert people.open_client_account("maria@praxis.test", now=NOW) is None
    assert not User.objects.exists()
    assert audited() == []


@pytest.mark.django_db
def test_archived_record_does_not_stand_in_the_way_of_the_active_one():
    create_client(email="maria@praxis.test", status="archived")
    client = create_client(email="maria@praxis.test")
    assert people.open_client_account("maria@praxis.test", now=NOW).client == client


@pytest.mark.django_db
def test_account_that_may_not_sign_in_opens_nothing_even_with_a_record():
    create_user(email="maria@praxis.test", is_active=False)
    client = create_client(email="maria@praxis.test")
    assert people.open_client_account("maria@praxis.test", now=NOW) is None
    client.refresh_from_db()
    assert client.user is None


@pytest.mark.django_db
def test_coach_with_the_same_address_as_a_record_stays_who_they_are(coach):
    client = create_client(email=coach.user.email)
    assert people.open_client_account(coach.user.email, now=NOW) == coach.user
    client.refresh_from_db()
    assert client.user is None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_at_once_make_one_account():
    client = create_client(email="maria@praxis.test")
    together = threading.Barrier(4)

    def sign_in():
        try:
            together.wait(10)
            return people.open_client_account("maria@praxis.test", now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        users = {result.result(20) for result in [pool.submit(sign_in) for _ in range(4)]}
    client.refresh_from_db()
    assert users == {client.user}
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_invite_to_the_office(staff):
    user = people.invite_office("New@Praxis.test ", " Anna Vlachou ", language="el", by=staff, now=NOW)
    assert (user.email, user.full_name, user.language) == ("new@praxis.test", "Anna Vlachou", "el")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert audited() == [("user_invited", f"user:{user.pk}", staff, {"role": "office"}, NOW)]
    told = OutboxMessage.objects.get()
    assert (told.kind, told.recipient, told.object) == ("invited", f"user:{user.pk}", f"user:{user.pk}")


@pytest.mark.django_db
def test_invite_with_a_taken_address_leaves_nothing(staff):
    with pytest.raises(EmailTaken):
        people.invite_office(staff.email.upper(), "Twin", language="el", by=staff, now=NOW)
    assert list(User.objects.all()) == [staff]
    assert not OutboxMessage.objects.exists()
    assert audited() == []


@pytest.mark.django_db
def test_close_and_open_an_account(staff, stranger):
    for _ in range(2):  # the second time changes and records nothing
        people.close_account(stranger.pk, by=staff, now=NOW)
    stranger.refresh_from_db()
    assert not stranger.is_active
    people.open_account(stranger.pk, by=staff, now=LATER)
    stranger.refresh_from_db()
    assert stranger.is_active
    assert [event[0] for event in audited()] == ["account_closed", "account_reopened"]


# What each locks, in this order; whoever comes at the same moment waits there.
LOCKED = {
    "close_account": ["clients_user"],
    "open_account": ["clients_user"],
    "archive_client": ["clients_client"],
    "begin_care": ["clients_user", "clients_client"],
    "end_care": ["clients_user", "clients_client"],
    "change_client_address": ["clients_client"],
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", LOCKED)
def test_people_are_locked_before_they_change(coach, staff, name):
    client = create_client(of=coach)
    about = {
        "close_account": [coach.pk],
        "open_account": [coach.pk],
        "archive_client": [client.pk],
        "change_client_address": [client.pk, "new@praxis.test"],
    }.get(name, [client.pk, coach.pk])
    with CaptureQueriesContext(connection) as seen:
        getattr(people, name)(*about, by=staff, now=NOW)
    locked = [
        table
        for query in seen
        if (table := re.search(r'FROM "(\w+)".*FOR NO KEY UPDATE', query["sql"] or "", re.DOTALL))
    ]
    assert [table[1] for table in locked][: len(LOCKED[name])] == LOCKED[name]


@pytest.mark.django_db
def test_nobody_closes_their_own_account_or_one_that_may_do_everything(staff):
    clerk = create_user(is_staff=True)
    for closed, by in ((clerk, clerk), (staff, clerk)):
        with pytest.raises(NotYours):
            people.close_account(closed.pk, by=by, now=NOW)
    assert User.objects.filter(is_active=True).count() == 2


@pytest.mark.django_db
def test_archive_a_client_and_bring_them_back(staff):
    client = create_client()
    for _ in range(2):
        assert people.archive_client(client.pk, by=staff, now=NOW).status == "archived"
    assert people.activate_client(client.pk, by=staff, now=LATER).status == "active"
    about = f"client:{client.pk}"
    assert audited() == [("client_archived", about, staff, {}, NOW), ("client_active", about, staff, {}, LATER)]


@pytest.mark.django_db
def test_care_begins_ends_and_begins_again(coach, staff):
    client = create_client()
    people.begin_care(client.pk, coach.pk, by=staff, now=NOW)
    people.begin_care(client.pk, coach.pk, by=staff, now=LATER)
    care = Care.objects.get()
    assert (care.client, care.provider, care.started_at, care.ended_at) == (client, coach.user, NOW, None)
    people.end_care(client.pk, coach.pk, by=staff, now=LATER)
    care.refresh_from_db()
    assert (care.started_at, care.ended_at) == (NOW, LATER)
    people.begin_care(client.pk, coach.pk, by=staff, now=LATER)
    care.refresh_from_db()
    assert (care.started_at, care.ended_at) == (LATER, None)
    assert [event[0] for event in audited()] == ["care_begun", "care_ended", "care_begun"]


@pytest.mark.django_db
def test_care_that_has_ended_keeps_its_day(coach, staff):
    client = create_client()
    create_care(client=client, provider=coach, ended_at=NOW)
    assert people.end_care(client.pk, coach.pk, by=staff, now=LATER).ended_at == NOW
    assert audited() == []


@pytest.mark.django_db
def test_care_that_never_was_cannot_end(coach, staff):
    with pytest.raises(Care.DoesNotExist):
        people.end_care(create_client().pk, coach.pk, by=staff, now=NOW)


@pytest.mark.django_db
def test_care_is_not_given_to_oneself_but_by_who_may_do_everything(coach, staff):
    client = create_client()
    with pytest.raises(NotForOneself):
        people.begin_care(client.pk, coach.pk, by=coach.user, now=NOW)
    assert people.begin_care(client.pk, staff.pk, by=staff, now=NOW).provider == staff


@pytest.fixture
def clerk(db):
    return create_user(is_staff=True)


def test_reopened_account_does_not_open_to_an_old_cookie(signed_in, coach, client_user, clerk):
    browser, other = signed_in(coach), signed_in(client_user)
    people.close_account(coach.pk, by=clerk, now=NOW)
    people.open_account(coach.pk, by=clerk, now=LATER)
    assert browser.get("/account/email/").status_code == 302
    assert other.get("/account/email/").status_code == 200


def test_new_address_is_the_only_key_and_old_sessions_end(signed_in, client_user, clerk):
    browser, client = signed_in(client_user), client_user.client
    EmailAddress.objects.create(user=client_user, email=client_user.email, verified=True, primary=True)
    changed = people.change_client_address(client.pk, " New@Praxis.test", by=clerk, now=NOW)
    client_user.refresh_from_db()
    assert changed.email == client_user.email == "new@praxis.test"
    assert not EmailAddress.objects.exists()
    assert browser.get("/account/email/").status_code == 302
    facts = {"user": client_user.pk}
    assert audited() == [("client_address_changed", f"client:{client.pk}", clerk, facts, NOW)]
    people.change_client_address(client.pk, "new@praxis.test", by=clerk, now=LATER)
    assert len(audited()) == 1


def test_address_that_lagged_behind_the_record_is_brought_along(client_user, clerk):
    User.objects.filter(pk=client_user.pk).update(email="old@praxis.test")
    people.change_client_address(client_user.client.pk, "maria@praxis.test", by=clerk, now=NOW)
    client_user.refresh_from_db()
    assert client_user.email == "maria@praxis.test"


@pytest.mark.django_db
def test_address_of_a_record_without_account_is_the_record_s_alone(clerk, stranger):
    client = create_client(source="directory", synced_at=NOW)
    people.change_client_address(client.pk, stranger.email, by=clerk, now=NOW)
    client.refresh_from_db()
    assert (client.email, client.edited_fields, client.user) == (stranger.email, ["email"], None)
    assert people.change_client_address(client.pk, "", by=clerk, now=NOW).email == ""


def test_address_of_another_account_or_none_is_refused(client_user, clerk, stranger):
    EmailAddress.objects.create(user=clerk, email="second@praxis.test", verified=True)
    for wrong, refusal in ((stranger.email, EmailTaken), ("Second@praxis.test", EmailTaken), ("", AddressNeeded)):
        with pytest.raises(refusal):
            people.change_client_address(client_user.client.pk, wrong, by=clerk, now=NOW)
    client_user.client.refresh_from_db()
    assert client_user.client.email == "maria@praxis.test"


def test_account_that_is_more_than_a_clients_is_led_elsewhere_by_nobody_in_the_office(coach, staff, clerk):
    for user in (coach.user, staff, clerk):
        client = create_client(user=user)
        with pytest.raises(NotYours):
            people.change_client_address(client.pk, "mine@praxis.test", by=clerk, now=NOW)
    assert not User.objects.filter(email="mine@praxis.test").exists()
