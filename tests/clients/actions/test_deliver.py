from __future__ import annotations

import datetime as dt
import logging
import smtplib

import pytest
from django.core import mail
from django.db import OperationalError, connection, connections

from clients.actions import deliver, records
from clients.mail import Bell, Mail
from clients.models import Notification, NotificationPreference, OutboxMessage
from clients.states import OutboxOutcome
from config.kernel import registry
from config.kernel.actions import action
from tests import mail_server
from tests.factories import NOW, create_client, create_user

pytestmark = pytest.mark.django_db

SOON = NOW + dt.timedelta(seconds=1)


class Kind:
    """A kind of news, as a room declares it; a test says how it behaves."""

    def __init__(self):
        self.is_true, self.mail, self.lines = (
            True,
            Mail(language="en", subject="s", greeting="g", paragraphs=("p",)),
            [],
        )

    def still_true(self, message):
        return self.is_true

    def render(self, message):
        if isinstance(self.mail, Exception):
            raise self.mail
        return self.mail


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setattr(registry, "_outbox", {})
    monkeypatch.setattr(registry, "_topics", {})
    registry.topic("news", "News", role="", channels=("app", "email"))
    told = Kind()
    registry.outbox(
        "told",
        told.still_true,
        told.render,
        bell=lambda message: Bell(url="/there/", facts={"row": message.object}),
        line=lambda message, now: told.lines.append((message.pk, now)),
        topic="news",
    )
    return told


@pytest.fixture
def maria():
    return create_user(email="maria@praxis.test", full_name="Maria Papadopoulou")


@action
def queue(to, *, kind="told", not_before=NOW):
    return records.queue_message(kind, to, "session:42", version=1, not_before=not_before)


def now_of(message):
    return OutboxMessage.objects.get(pk=message.pk)


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, queue_name, lock, args, scheduled_at FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def test_news_is_told_here_and_by_mail_once(kind, maria):
    message = queue(records.to_user(maria.pk))
    for _ in range(2):
        deliver.deliver(message.pk, now=SOON)
    row = now_of(message)
    assert (row.outcome, row.told_at, row.sent_at, row.dropped_at, row.attempts, row.last_error) == (
        "mailed", SOON, SOON, None, 1, "",
    )  # fmt: skip
    assert list(Notification.objects.values_list("user", "message", "kind", "facts", "url", "created_at")) == [
        (maria.pk, message.pk, "told", {"row": "session:42"}, "/there/", SOON)
    ]
    assert kind.lines == [(message.pk, SOON)]
    (sent,) = mail.outbox
    assert sent.to == ["Maria Papadopoulou <maria@praxis.test>"]
    assert sent.extra_headers["Message-ID"] == f"<outbox-{message.pk}@localhost>"


def test_it_is_told_on_pages_before_any_mail_server_is_asked(kind, maria):
    message = queue(records.to_user(maria.pk))
    assert deliver.tell(message.pk, now=SOON)
    assert Notification.objects.count() == 1
    assert (now_of(message).told_at, now_of(message).sent_at, mail.outbox) == (SOON, None, [])
    deliver.deliver(message.pk, now=SOON + dt.timedelta(minutes=1))
    assert Notification.objects.count() == len(kind.lines) == len(mail.outbox) == 1
    assert not deliver.tell(message.pk, now=SOON)


def test_before_its_time_nothing_is_told(kind, maria):
    later = NOW + dt.timedelta(seconds=20)
    message = queue(records.to_user(maria.pk), not_before=later)
    for step in (deliver.tell, deliver.deliver):
        with pytest.raises(deliver.NotYet) as early:
            step(message.pk, now=SOON)
        assert early.value.at == later
    assert (Notification.objects.count(), mail.outbox, now_of(message).attempts) == (0, [], 0)


def test_what_is_not_true_any_more_is_dropped(kind, maria):
    kind.is_true = False
    message = queue(records.to_user(maria.pk))
    assert not deliver.tell(message.pk, now=SOON)
    assert (now_of(message).outcome, now_of(message).dropped_at) == (OutboxOutcome.STALE, SOON)
    assert (Notification.objects.count(), mail.outbox) == (0, [])


def test_what_stops_being_true_between_bell_and_mail_is_not_mailed(kind, maria, monkeypatch):
    message = queue(records.to_user(maria.pk))
    answers = iter([True, False])
    monkeypatch.setattr(kind, "still_true", lambda _message: next(answers))
    registry.outbox("told", kind.still_true, kind.render)
    deliver.deliver(message.pk, now=SOON)
    assert (now_of(message).outcome, mail.outbox) == (OutboxOutcome.STALE, [])


@pytest.mark.parametrize(("channel", "bells", "mails", "outcome"), [("app", 0, 1, "mailed"), ("email", 1, 0, "told")])
def test_only_what_is_wanted_is_told(kind, maria, channel, bells, mails, outcome):
    NotificationPreference.objects.create(user=maria, kind="news", channel=channel, on=False)
    message = queue(records.to_user(maria.pk))
    deliver.deliver(message.pk, now=SOON)
    assert (Notification.objects.count(), len(mail.outbox), now_of(message).outcome) == (bells, mails, outcome)


def test_who_has_no_address_is_told_here_only_and_the_office_sees_it(kind):
    client = create_client(email="")
    message = queue(records.to_client(client.pk))
    assert not deliver.tell(message.pk, now=SOON)
    row = now_of(message)
    assert (row.outcome, row.told_at, row.dropped_at) == (OutboxOutcome.NO_ADDRESS, SOON, SOON)
    assert mail.outbox == []


def test_news_without_a_mail_is_told_when_it_stands_here(kind, maria):
    kind.mail = None
    message = queue(records.to_user(maria.pk))
    deliver.deliver(message.pk, now=SOON)
    assert (now_of(message).outcome, now_of(message).sent_at, mail.outbox) == (OutboxOutcome.TOLD, SOON, [])


def test_who_is_gone_is_told_nothing(kind, maria):
    maria.is_active = False
    maria.save()
    message = queue(records.to_user(maria.pk))
    deliver.deliver(message.pk, now=SOON)
    assert now_of(message).outcome == OutboxOutcome.STALE


@pytest.mark.parametrize(
    ("mail_of", "error", "said"),
    [(ValueError("Maria Papadopoulou"), "ValueError", "ERROR"), (KeyError("maria@praxis.test"), "KeyError", "ERROR")],
)
def test_a_mail_that_cannot_be_made_waits_longer_and_longer_and_names_nobody(kind, maria, caplog, mail_of, error, said):
    kind.mail = mail_of
    message, pauses = queue(records.to_user(maria.pk)), []
    for _ in range(9):
        with pytest.raises(deliver.NotDelivered) as failed:
            deliver.deliver(message.pk, now=SOON)
        assert failed.value.__cause__ is None
        assert failed.value.__suppress_context__
        pauses.append((failed.value.at - SOON).total_seconds())
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    row = now_of(message)
    assert (row.attempts, row.last_error, row.outcome, row.told_at) == (9, error, "", None)
    assert {record.levelname for record in caplog.records} == {said}
    assert "test_deliver.py" in caplog.text  # where it happened
    assert "Maria" not in caplog.text
    assert "maria@" not in caplog.text
    kind.mail = None
    deliver.deliver(message.pk, now=SOON)
    assert now_of(message).outcome == OutboxOutcome.TOLD


def test_a_kind_that_nobody_here_knows_waits_for_somebody_who_does(kind, maria, caplog):
    message = queue(records.to_user(maria.pk), kind="of_tomorrow")
    for step in (deliver.tell, deliver.deliver):
        with pytest.raises(deliver.NotDelivered):
            step(message.pk, now=SOON)
    assert now_of(message).last_error == "UnknownKind"
    assert f"outbox message {message.pk} (of_tomorrow) failed" in caplog.text
    registry.outbox("of_tomorrow", kind.still_true, kind.render)
    deliver.deliver(message.pk, now=SOON)
    assert now_of(message).outcome == OutboxOutcome.MAILED


def test_after_three_days_it_is_given_up(kind, maria, caplog):
    kind.mail = ValueError("never")
    message = queue(records.to_user(maria.pk))
    with pytest.raises(deliver.NotDelivered):
        deliver.deliver(message.pk, now=NOW + dt.timedelta(days=3, seconds=-1))
    at = NOW + dt.timedelta(days=3)
    deliver.deliver(message.pk, now=at)
    row = now_of(message)
    assert (row.outcome, row.dropped_at, row.attempts, row.last_error) == ("failed", at, 2, "ValueError")
    assert f"outbox message {message.pk} is given up: ValueError" in caplog.text


def test_while_the_database_is_away_nothing_is_counted_against_it(kind, maria, monkeypatch):
    message = queue(records.to_user(maria.pk))
    monkeypatch.setattr(deliver, "recipient_of", lambda _message: (_ for _ in ()).throw(OperationalError("gone")))
    with pytest.raises(OperationalError):
        deliver.tell(message.pk, now=SOON)
    assert (now_of(message).attempts, now_of(message).last_error) == (0, "")


def test_queueing_puts_one_job_into_the_same_transaction_with_one_statement(kind, maria, django_assert_num_queries):
    later = NOW + dt.timedelta(days=1)
    message = queue(records.to_user(maria.pk), not_before=later)
    about = f"outbox:{message.pk}"
    assert jobs() == [("deliver", "default", about, f'{{"message_id": {message.pk}}}', later)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    @action
    def undone():
        records.queue_message("told", "user:1", "session:43", version=1)
        raise ValueError

    with pytest.raises(ValueError):
        undone()
    assert jobs() == []

    @action
    def counted():
        with django_assert_num_queries(2):  # the message, and its job
            records.queue_message("told", "user:1", "session:44", version=1)

    counted()


class TestMailServer:
    """Mails that meet a real one."""

    @pytest.fixture
    def server(self, settings):
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "clients.smtp.EmailBackend", mail_server.HOST
        settings.EMAIL_TIMEOUT, settings.MAIL_PATIENCE = 0.5, 1
        with mail_server.running() as running:
            settings.EMAIL_PORT = running.port
            yield running

    def test_who_refuses_for_good_is_not_asked_again(self, kind, maria, server):
        message = queue(records.to_user(maria.pk))
        server.says["RCPT"] = "550 nobody here"
        deliver.deliver(message.pk, now=SOON)
        row = now_of(message)
        assert (row.outcome, row.dropped_at, row.last_error, row.attempts) == ("refused", SOON, "refused: 550", 1)
        talks = server.talks
        deliver.deliver(message.pk, now=SOON)
        assert server.talks == talks
        assert Notification.objects.count() == 1

    def test_who_says_later_is_asked_later_and_told_once_on_pages(self, kind, maria, server, caplog):
        message = queue(records.to_user(maria.pk))
        server.says["RCPT"] = "451 later"
        for pause in (2, 4):
            with pytest.raises(deliver.NotDelivered) as failed:
                deliver.deliver(message.pk, now=SOON)
            assert failed.value.at == SOON + dt.timedelta(seconds=pause)
        assert now_of(message).last_error == "refused: 451"
        del server.says["RCPT"]
        deliver.deliver(message.pk, now=SOON)
        assert (now_of(message).outcome, now_of(message).attempts) == ("mailed", 3)
        assert len(server.accepted) == Notification.objects.count() == len(kind.lines) == 1

    def test_a_wrong_password_is_said_aloud_and_tried_again(self, kind, maria, server, settings, caplog):
        message = queue(records.to_user(maria.pk))
        server.knows = ("praxis", "right")
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "praxis", "wrong"
        for _ in range(2):
            with pytest.raises(deliver.NotDelivered):
                deliver.deliver(message.pk, now=SOON)
        assert now_of(message).last_error == "refused: 535"
        assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2

    def test_who_is_away_is_mentioned_once_a_message(self, kind, maria, server, caplog):
        message = queue(records.to_user(maria.pk))
        server.down()
        for _ in range(3):
            with pytest.raises(deliver.NotDelivered):
                deliver.deliver(message.pk, now=SOON)
        server.up()
        assert now_of(message).last_error == "ConnectionRefusedError"
        assert [record.levelno for record in caplog.records] == [logging.WARNING]

    def test_the_message_is_locked_from_the_first_word_about_its_mail_on_and_not_while_the_server_is_sought(
        self, kind, maria, server
    ):
        message, ours, seen = queue(records.to_user(maria.pk)), connections["default"], {}

        async def look(step):
            seen[step] = len(ours.savepoint_ids)

        for step in ("220", "MAIL", "DATA"):
            server.hooks[step] = lambda _talk, step=step: look(step)
        deliver.deliver(message.pk, now=SOON)
        assert seen["220"] < seen["MAIL"] == seen["DATA"]


def test_errors_of_smtp_are_errors_of_the_line():
    """What decides how loud the log is."""
    assert issubclass(smtplib.SMTPException, OSError)
