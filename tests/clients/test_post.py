"""Mails handed to a real mail server: what it says, and what we make of that."""

from __future__ import annotations

import smtplib

import pytest

from clients import post
from clients.mail import Mail
from clients.models import OutboxMessage
from clients.recipients import Recipient
from tests import mail_server

MESSAGE = OutboxMessage(pk=7, kind="told", recipient="user:1", object="session:42", version=1)
MAIL = Mail(language="en", subject="News", greeting="Dear Maria", paragraphs=("It is so.",), thread="session:42")
TO = Recipient(
    user=None,
    client=None,
    name="Maria\r\nBcc: all@praxis.test",
    email="maria@praxis.test",
    language="en",
    time_zone="UTC",
)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "clients.smtp.EmailBackend", mail_server.HOST
    settings.EMAIL_TIMEOUT, settings.MAIL_PATIENCE = 1, 3
    with mail_server.running() as running:
        settings.EMAIL_PORT = running.port
        yield running


def send():
    with post.line() as line:
        post.send(MAIL, TO, MESSAGE, on=line)


def test_a_mail_arrives_under_the_id_of_its_message_however_often_it_is_sent(server):
    send()
    send()
    first, second = server.accepted
    assert first.message_id == second.message_id == post.message_id(MESSAGE)
    assert (first.to, first.parsed["Bcc"]) == ("maria@praxis.test", None)


@pytest.mark.parametrize(
    ("step", "answer"), [("RCPT", "550 nobody"), ("RCPT", "553 such a name"), ("DATA", "554 no such words")]
)
def test_what_is_refused_for_good_is_not_tried_again(server, step, answer):
    server.says[step] = answer
    with pytest.raises(post.Refused, match=f"^refused: {answer[:3]}$"):
        send()
    assert server.accepted == []


@pytest.mark.parametrize(
    ("step", "answer", "error"),
    [
        ("RCPT", "450 later", smtplib.SMTPRecipientsRefused),
        ("RCPT", "530 sign in first", smtplib.SMTPRecipientsRefused),
        ("DATA", "451 later", smtplib.SMTPDataError),
        # Whoever we send as is not the recipient's fault.
        ("MAIL", "550 not as you", smtplib.SMTPSenderRefused),
        ("MAIL", "421 too many", smtplib.SMTPSenderRefused),
    ],
)
def test_what_may_go_better_later_is_tried_again(server, step, answer, error):
    server.says[step] = answer
    with pytest.raises(error) as raised:
        send()
    assert post.reason(raised.value) == f"refused: {answer[:3]}"
    server.says.clear()
    send()
    assert len(server.accepted) == 1


def test_who_hangs_up_within_a_mail_has_not_taken_it(server):
    async def hang_up(talk):
        talk.hang_up()

    server.hooks["DATA"] = hang_up
    with pytest.raises(smtplib.SMTPServerDisconnected) as raised:
        send()
    assert post.reason(raised.value) == "SMTPServerDisconnected"


def test_who_hangs_up_right_after_has_taken_it(server):
    async def hang_up(talk):
        talk.transport.close()

    server.hooks["250"] = hang_up
    send()
    assert len(server.accepted) == 1


def test_a_wrong_password_is_ours_to_mend(server, settings):
    server.knows = ("praxis", "right")
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "praxis", "wrong"
    with pytest.raises(smtplib.SMTPAuthenticationError) as raised:
        send()
    assert post.reason(raised.value) == "refused: 535"
    settings.EMAIL_HOST_PASSWORD = "right"
    send()
    assert len(server.accepted) == 1


def test_no_server_is_named_by_what_went_wrong(server):
    server.down()
    with pytest.raises(ConnectionRefusedError) as raised:
        send()
    assert post.reason(raised.value) == "ConnectionRefusedError"
    server.up()
