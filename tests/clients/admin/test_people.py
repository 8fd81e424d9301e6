from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from clients.models import AuditEvent, Care, Client, OutboxMessage, User
from tests.factories import NOW, create_care, create_client, create_user

CLIENTS, USERS, CARE = "/admin/clients/client/", "/admin/clients/user/", "/admin/clients/care/"
INVITE = "/admin/clients/user/invite/"


@pytest.fixture
def clerk(db):
    return create_user(email="clerk@praxis.test", full_name="Clerk", is_staff=True)


@pytest.fixture
def browser(clerk, signed_in):
    return signed_in(clerk)


def do(browser, page, action, *rows, **typed):
    return browser.post(page, {"action": action, "_selected_action": [row.pk for row in rows], **typed})


def confirmed(browser, page, action, *rows, **typed):
    return do(browser, page, action, *rows, confirmed="Yes", **typed)


def told(answer, browser):
    """The messages on the page after an action."""
    assert answer.status_code == 302
    return [str(message) for message in browser.get(answer["Location"]).context["messages"]]


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_archive_asks_first_and_names_who(browser, clerk):
    one, other, kept = (create_client(full_name=name) for name in ("Maria P.", "Nikos G.", "Kept K."))
    page = do(browser, CLIENTS, "archive", one, other)
    words = page.content.decode()
    assert page.status_code == 200
    assert "Archive 2 clients?" in words
    assert "Maria P." in words
    assert "Kept K." not in words
    assert not Client.objects.filter(status="archived").exists()
    answer = confirmed(browser, CLIENTS, "archive", one, other)
    assert told(answer, browser) == ["Done: 2."]
    assert set(Client.objects.filter(status="archived")) == {one, other}
    assert AuditEvent.objects.filter(verb="client_archived", actor=clerk, at=NOW).count() == 2
    assert kept.is_active


def test_a_new_client_is_what_is_typed(browser):
    page = browser.get(f"{CLIENTS}add/").content.decode()
    assert 'name="full_name"' in page
    assert 'name="email"' in page
    assert "DatabaseDefault" not in page
    assert "field-id" not in page
    assert "field-elsewhere" not in page


def test_bring_back(browser):
    client = create_client(status="archived")
    assert told(do(browser, CLIENTS, "activate", client), browser) == ["Done: 1."]
    client.refresh_from_db()
    assert client.is_active


def test_put_into_care_of_a_coach_and_of_nobody_else(browser, coach, stranger):
    client = create_client()
    page = do(browser, CLIENTS, "begin_care", client).content.decode()
    assert f'<option value="{coach.pk}">' in page
    assert f'<option value="{stranger.pk}">' not in page
    wrong = confirmed(browser, CLIENTS, "begin_care", client, provider=stranger.pk)
    assert (wrong.status_code, Care.objects.count()) == (422, 0)
    confirmed(browser, CLIENTS, "begin_care", client, provider=coach.pk)
    care = Care.objects.get()
    assert (care.client, care.provider, care.started_at) == (client, coach.user, NOW)


def test_end_care_and_begin_it_again(browser, coach):
    client = create_client()
    care = create_care(client=client, provider=coach)
    do(browser, CARE, "end", care)
    care.refresh_from_db()
    assert care.ended_at is None
    confirmed(browser, CARE, "end", care)
    care.refresh_from_db()
    assert care.ended_at == NOW
    do(browser, CARE, "begin_again", care)
    care.refresh_from_db()
    assert care.ended_at is None
    assert verbs() == ["care_ended", "care_begun"]


def test_contact_is_corrected_and_what_is_clinical_is_not_there(browser, clerk):
    client = create_client(full_name="Maria", notes="private", source="directory", synced_at=NOW)
    page = f"{CLIENTS}{client.pk}/change/"
    typed = {"full_name": "Maria P.", "phone": "210", "language": "el"}
    more = {"time_zone": "Europe/London", "status": "archived", "notes": "overwritten", "email": "x@praxis.test"}
    browser.post(page, {**typed, **more})
    kept = client.email
    client.refresh_from_db()
    assert {name: getattr(client, name) for name in typed} == typed
    assert (client.status, client.notes, client.email) == ("active", "private", kept)
    changed = ["full_name", "language", "phone", "time_zone"]
    assert client.edited_fields == changed
    event = AuditEvent.objects.get()
    assert (event.verb, event.object, event.actor, event.facts) == (
        "row_changed",
        f"client:{client.pk}",
        clerk,
        {"fields": changed},
    )


def test_contact_of_our_own_record_is_not_marked_for_the_directory(browser):
    client = create_client()
    typed = {"full_name": "New", "phone": "", "language": "el", "time_zone": "Europe/Athens"}
    browser.post(f"{CLIENTS}{client.pk}/change/", typed)
    client.refresh_from_db()
    assert (client.full_name, client.edited_fields) == ("New", [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": "Factory"},
        {"time_zone": "localtime"},
        {"full_name": " "},
        {"language": "de"},
    ],
)
def test_contact_that_cannot_be_is_refused_with_words(browser, wrong):
    client = create_client(full_name="Before")
    typed = {"full_name": "After", "phone": "", "language": "el", "time_zone": "Europe/Athens"}
    answer = browser.post(f"{CLIENTS}{client.pk}/change/", typed | wrong)
    client.refresh_from_db()
    assert (answer.status_code, client.full_name) == (200, "Before")
    assert answer.context["adminform"].errors.keys() == wrong.keys()


ODD_NAMES = [" ", "x" * 201, "x" * 100_000, "two\r\nlines", "\u202eturned"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_that_cannot_be_is_refused_with_words(browser, name, stranger):
    client = create_client(full_name="Before")
    typed = {"full_name": name, "phone": "", "language": "el", "time_zone": "Europe/Athens", "email": ""}
    pages = (f"{CLIENTS}{client.pk}/change/", f"{CLIENTS}add/", f"{USERS}{stranger.pk}/change/")
    for page in pages:
        answer = browser.post(page, typed)
        assert answer.status_code == 200
        assert answer.context["adminform"].errors.keys() == {"full_name"}
    assert list(Client.objects.values_list("full_name", flat=True)) == ["Before"]
    assert browser.post(INVITE, {"full_name": name, "email": "a@praxis.test", "language": "el"}).status_code == 422


def test_too_long_an_address_is_refused_with_words(browser):
    email = "x" * 60 + "@" + ".".join(["y" * 60] * 4) + ".test"
    typed = {"full_name": "Maria", "phone": "", "language": "el", "time_zone": "Europe/Athens", "email": email}
    assert browser.post(f"{CLIENTS}add/", typed).context["adminform"].errors.keys() == {"email"}
    assert browser.post(INVITE, {"full_name": "A", "email": email, "language": "el"}).status_code == 422


def test_new_client(browser):
    typed = {"full_name": "Maria", "email": "m@praxis.test", "phone": "", "language": "el"}
    browser.post(f"{CLIENTS}add/", {**typed, "time_zone": "Europe/Athens"})
    client = Client.objects.get()
    assert (client.full_name, client.status, client.source) == ("Maria", "active", "local")
    assert verbs() == ["row_added"]


def test_clients_address_is_changed_by_an_action_with_words(browser, clerk, client_user):
    client, other = client_user.client, create_user(email="other@praxis.test")
    page = f"{CLIENTS}{client.pk}/address/"
    assert page in browser.get(f"{CLIENTS}{client.pk}/change/").content.decode()
    assert 'value="maria@praxis.test"' in browser.get(page).content.decode()
    for wrong, words in ((other.email, "Somebody already signs in"), ("", "there must be one"), ("x", "valid email")):
        answer = browser.post(page, {"email": wrong})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert browser.post(page, {"email": "New@praxis.test"})["Location"] == f"{CLIENTS}{client.pk}/change/"
    client.refresh_from_db()
    client_user.refresh_from_db()
    assert client.email == client_user.email == "new@praxis.test"


def test_nobody_else_changes_an_address(signed_in, coach, client_user):
    page = f"{CLIENTS}{client_user.client.pk}/address/"
    for person in (coach, client_user, None):
        assert signed_in(person).post(page, {"email": "x@praxis.test"})["Location"].startswith("/admin/login/")
    assert User.objects.filter(email=client_user.email).exists()


def test_nobody_takes_a_client_into_their_own_care(signed_in, coach):
    User.objects.filter(pk=coach.pk).update(is_staff=True)
    browser, client = signed_in(coach), create_client()
    answer = confirmed(browser, CLIENTS, "begin_care", client, provider=coach.pk)
    assert "Nobody can give this to themselves." in told(answer, browser)[0]
    care = create_care(client=client, provider=coach, ended_at=NOW)
    do(browser, CARE, "begin_again", care)
    assert not Care.objects.filter(ended_at=None).exists()


def test_client_is_found_by_name_and_address(browser):
    create_client(full_name="Μαρία Παπαδοπούλου", email="m@praxis.test")
    create_client(full_name="Nikos Georgiou", email="n@praxis.test")
    for typed in ("Παπαδ", "m@praxis"):
        page = browser.get(CLIENTS, {"q": typed}).content.decode()
        assert "Μαρία" in page
        assert "Nikos" not in page


def test_clients_page_leads_to_all_that_belongs_to_them(browser, coach):
    client = create_client(of=coach)
    page = browser.get(f"{CLIENTS}{client.pk}/change/").content.decode()
    for lists in ("/admin/clients/care/", "/admin/scheduling/session/", "/admin/scheduling/conflictcase/"):
        assert f'{lists}?client={client.pk}"' in page
    assert browser.get(f"/admin/scheduling/session/?client={client.pk}").status_code == 200


def test_invite_to_the_office(browser, clerk):
    assert INVITE in browser.get(USERS).content.decode()
    answer = browser.post(INVITE, {"full_name": "Anna", "email": "Anna@praxis.test", "language": "el"})
    user = User.objects.get(email="anna@praxis.test")
    assert (answer.status_code, answer["Location"]) == (302, f"{USERS}{user.pk}/change/")
    assert (user.full_name, user.is_staff, user.is_superuser) == ("Anna", True, False)
    assert OutboxMessage.objects.get().kind == "invited"


def test_invite_with_a_taken_or_wrong_address_keeps_what_was_typed(browser, clerk):
    for email, words in ((clerk.email, "Somebody already signs in"), ("no address", "Enter a valid email address")):
        answer = browser.post(INVITE, {"full_name": "Anna Typed", "email": email, "language": "el"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page
        assert "Anna Typed" in page
    assert User.objects.count() == 1


def test_nobody_else_invites(signed_in, coach, client_user):
    for person in (coach, client_user):
        answer = signed_in(person).post(INVITE, {"full_name": "X", "email": "x@praxis.test", "language": "el"})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")
    assert not User.objects.filter(email="x@praxis.test").exists()


def test_keep_out_and_let_in(browser, stranger):
    confirmed(browser, USERS, "keep_out", stranger)
    stranger.refresh_from_db()
    assert not stranger.is_active
    do(browser, USERS, "let_in", stranger)
    stranger.refresh_from_db()
    assert stranger.is_active


def test_some_are_refused_and_the_others_done(browser, clerk, staff, stranger):
    answer = confirmed(browser, USERS, "keep_out", clerk, staff, stranger)
    words = told(answer, browser)
    assert set(User.objects.filter(is_active=True)) == {clerk, staff}
    assert words[-1] == "Done: 1."
    assert len([each for each in words if "you cannot change it" in each]) == 2


def test_lost_second_factor_is_removed(browser, coach, staff):
    for user in (coach.user, staff):
        Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    confirmed(browser, USERS, "remove_second_factor", coach.user, staff)
    assert [each.user for each in Authenticator.objects.all()] == [staff]
    assert verbs() == ["second_factor_removed"]


def test_user_page_shows_and_takes_no_password_and_no_rights(browser, coach):
    page = f"{USERS}{coach.pk}/change/"
    assert coach.user.password not in browser.get(page).content.decode()
    typed = {"full_name": "New Name", "language": "el", "time_zone": "Europe/Athens"}
    browser.post(page, {**typed, "is_superuser": "on", "is_staff": "on", "email": "x@praxis.test", "password": "x"})
    after = User.objects.get(pk=coach.pk)
    assert (after.full_name, after.is_staff, after.is_superuser) == ("New Name", False, False)
    assert (after.email, after.password) == (coach.user.email, coach.user.password)
