from __future__ import annotations

import re
import smtplib

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser

from clients.models import User
from tests.factories import PASSWORD, create_client, create_user

LOGIN, ASK, CONFIRM = "/account/login/", "/account/login/code/", "/account/login/code/confirm/"
HOME = "/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "fresh_limits")]


@pytest.fixture
def fresh_limits(db):
    cache.clear()


@pytest.fixture
def visitor():
    return Browser()


def code_in(message):
    return re.search(r"^ +(\S+)$", message.body, re.MULTILINE).group(1)


def signed_in_as(visitor):
    key = visitor.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def test_client_signs_in_by_a_code_without_ever_having_had_an_account(visitor):
    client = create_client(full_name="Maria Papadopoulou", email="maria@praxis.test")
    answer = visitor.post(ASK, {"email": "maria@praxis.test"})
    assert (answer.status_code, answer["Location"]) == (302, CONFIRM)
    assert mail.outbox[0].to == ["maria@praxis.test"]
    answer = visitor.post(CONFIRM, {"code": code_in(mail.outbox[0])})
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    client.refresh_from_db()
    assert signed_in_as(visitor) == client.user


def test_wrong_code_opens_nothing_and_after_three_the_right_one_neither(visitor):
    create_client(email="maria@praxis.test")
    visitor.post(ASK, {"email": "maria@praxis.test"})
    for _ in range(3):
        visitor.post(CONFIRM, {"code": "wrong"})
    visitor.post(CONFIRM, {"code": code_in(mail.outbox[0])})
    assert signed_in_as(visitor) is None


def test_code_ends_after_ten_minutes(visitor, clock):
    create_client(email="maria@praxis.test")
    visitor.post(ASK, {"email": "maria@praxis.test"})
    clock.shift(601)
    visitor.post(CONFIRM, {"code": code_in(mail.outbox[0])})
    assert signed_in_as(visitor) is None


def answers(email):
    """Everything that whoever typed the address can see of the answer."""
    visitor = Browser()
    asked = visitor.post(ASK, {"email": email})
    page = visitor.get(CONFIRM)
    wrong = visitor.post(CONFIRM, {"code": "wrong"})
    seen = [page.content.decode(), wrong.content.decode()]
    plain = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text).replace(email, "ADDRESS") for text in seen]
    return [asked.status_code, asked["Location"], page.status_code, wrong.status_code, *plain]


def test_answer_is_the_same_for_every_address():
    create_client(email="record@praxis.test")
    create_user(email="user@praxis.test")
    create_user(email="closed@praxis.test", is_active=False)
    for _ in range(2):
        create_client(email="family@praxis.test")
    first, *others = [answers(f"{who}@praxis.test") for who in ("record", "user", "closed", "family", "nobody")]
    assert all(each == first for each in others)
    assert len(mail.outbox) == 5  # the time it takes is the same, too


def test_unknown_address_is_told_in_a_mail_and_no_account_is_made(visitor):
    visitor.post(ASK, {"email": "nobody@praxis.test"})
    assert mail.outbox[0].subject == "Somebody tried to sign in · Praxis"
    assert "nobody@praxis.test" in mail.outbox[0].body
    assert not User.objects.exists()


@pytest.mark.parametrize("signs_in_by", ["code", "password"])
def test_closed_account_stays_closed(visitor, signs_in_by):
    user = create_user(email="closed@praxis.test", is_active=False)
    if signs_in_by == "password":
        visitor.post(LOGIN, {"login": user.email, "password": PASSWORD})
    else:
        visitor.post(ASK, {"email": user.email})
        assert mail.outbox[0].subject == "Somebody tried to sign in · Praxis"
    assert signed_in_as(visitor) is None


def test_account_closed_meanwhile_is_signed_out(signed_in):
    user = create_user()
    visitor = signed_in(user)
    assert visitor.get("/account/password/change/").status_code == 200
    User.objects.update(is_active=False)
    assert visitor.get("/account/password/change/").status_code == 302


def test_password_signs_in_whatever_the_letters_of_the_address(visitor):
    user = create_user(email="elena@praxis.test")
    answer = visitor.post(LOGIN, {"login": "Elena@Praxis.test", "password": PASSWORD})
    assert (answer.status_code, signed_in_as(visitor)) == (302, user)


def test_sixth_wrong_password_waits_even_when_it_is_right(clock):
    user = create_user(email="elena@praxis.test")
    for _ in range(5):
        Browser().post(LOGIN, {"login": user.email, "password": "wrong"})
    visitor = Browser()
    visitor.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert signed_in_as(visitor) is None
    clock.shift(601)
    visitor.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert signed_in_as(visitor) == user


def test_limits_are_counted_where_every_process_sees_them():
    Browser().post(LOGIN, {"login": "elena@praxis.test", "password": "wrong"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_cache WHERE cache_key LIKE '%%login_failed%%'")
        assert cursor.fetchone()[0] > 0


def test_fourth_code_in_a_minute_waits():
    create_client(email="maria@praxis.test")
    answers = [Browser().post(ASK, {"email": "maria@praxis.test"}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 200]
    assert len(mail.outbox) == 3


def test_mail_is_in_the_readers_language_and_both_forms(visitor):
    create_client(email="maria@praxis.test", language="el")
    visitor.post(ASK, {"email": "maria@praxis.test"}, headers={"Accept-Language": "en"})
    message = mail.outbox[0]
    (html, kind), code = message.alternatives[0], code_in(message)
    assert kind == "text/html"
    assert '<html lang="el">' in html
    assert code in html
    assert "<" not in message.body
    assert message.subject.endswith(" · Praxis")
    assert code not in message.subject


def test_mail_that_cannot_leave_is_told(visitor, monkeypatch):
    create_client(email="maria@praxis.test")

    def away(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected("away")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
    answer = visitor.post(ASK, {"email": "maria@praxis.test"}, follow=True)
    assert answer.redirect_chain == [(ASK, 302)]
    assert "We could not send the mail just now." in answer.content.decode()
    assert "is on its way" not in answer.content.decode()


def test_forgotten_password_is_chosen_anew(visitor):
    user = create_user(email="elena@praxis.test")
    visitor.post("/account/password/reset/", {"email": user.email})
    link = re.search(r"https?://testserver(\S+)", mail.outbox[0].body).group(1)
    page = visitor.get(link, follow=True)
    new = "a-wholly-new-one"
    visitor.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    visitor.post(LOGIN, {"login": user.email, "password": new})
    assert signed_in_as(visitor) == user


def test_nobody_signs_up(visitor):
    assert 'name="email"' not in visitor.get("/account/signup/").content.decode()
    visitor.post("/account/signup/", {"email": "new@praxis.test", "password1": "a-wholly-new-one"})
    assert not User.objects.exists()


def test_admin_has_no_door_of_its_own(visitor):
    answer = visitor.get("/admin/")
    assert answer.status_code == 302
    assert answer["Location"] == "/admin/login/?next=/admin/"
    answer = visitor.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(LOGIN)
    user = create_user(email="staff@praxis.test", is_staff=True)
    visitor.post("/admin/login/", {"username": user.email, "password": PASSWORD})
    assert signed_in_as(visitor) is None
