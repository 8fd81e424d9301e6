from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.db import connection

from clients.actions import again, deliver, records
from clients.errors import NoLongerTrue, SentAlready
from clients.mail import Mail
from clients.models import AuditEvent, OutboxMessage
from config.kernel import registry
from config.kernel.actions import action
from tests.factories import NOW, create_user

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(days=4)


@pytest.fixture
def maria():
    return create_user(email="maria@praxis.test")


@pytest.fixture
def truth(monkeypatch):
    """What is so of the kind of news of this test; `truth.clear()` and it is no more."""
    holds = {"so"}
    monkeypatch.setattr(registry, "_outbox", {})
    written = Mail(language="en", subject="s", greeting="g", paragraphs=("p",))
    registry.outbox("told", lambda _message: bool(holds), lambda _message: written)
    return holds


@action
def queue(user, *, not_before=NOW):
    return records.queue_message("told", records.to_user(user.pk), "session:42", version=1, not_before=not_before)


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args ->> 'message_id', scheduled_at FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


@pytest.mark.parametrize("outcome", ["failed", "refused", "no_address"])
def test_what_could_not_be_told_waits_anew_and_is_told(truth, maria, staff, outcome):
    message = queue(maria)
    OutboxMessage.objects.filter(pk=message.pk).update(
        outcome=outcome, dropped_at=NOW, attempts=9, last_error="refused: 550", told_at=NOW
    )
    again.send_again(message.pk, by=staff, now=LATER)
    row = OutboxMessage.objects.get(pk=message.pk)
    assert (row.outcome, row.dropped_at, row.attempts, row.not_before, row.told_at) == ("", None, 0, LATER, NOW)
    assert jobs() == [("deliver", str(message.pk), LATER)]
    event = AuditEvent.objects.get()
    assert (event.verb, event.object, event.actor, event.facts) == (
        "sent_again", f"outbox:{message.pk}", staff, {"kind": "told", "was": outcome},
    )  # fmt: skip
    deliver.deliver(message.pk, now=LATER)
    assert len(mail.outbox) == 1


def test_what_waits_for_its_next_try_is_brought_forward_by_one_job(truth, maria, staff):
    message = queue(maria)
    records.mail_later(message.pk)
    again.send_again(message.pk, by=staff, now=LATER)
    assert jobs() == [("deliver", str(message.pk), LATER)]


def test_nothing_is_told_before_its_time(truth, maria, staff):
    message = queue(maria, not_before=LATER)
    again.send_again(message.pk, by=staff, now=NOW)
    assert OutboxMessage.objects.get().not_before == LATER
    assert jobs() == [("deliver", str(message.pk), LATER)]


def test_a_job_at_work_is_left_alone(truth, maria, staff):
    message = queue(maria)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    again.send_again(message.pk, by=staff, now=NOW)
    assert len(jobs()) == 2


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        ({"outcome": "mailed", "sent_at": NOW}, SentAlready),
        ({"outcome": "told", "sent_at": NOW}, SentAlready),
        ({"outcome": "stale", "dropped_at": NOW}, NoLongerTrue),
    ],
)
def test_what_was_sent_or_is_over_stays_so(truth, maria, staff, row, refusal):
    message = queue(maria)
    OutboxMessage.objects.filter(pk=message.pk).update(**row)
    before = OutboxMessage.objects.values().get()
    with pytest.raises(refusal):
        again.send_again(message.pk, by=staff, now=LATER)
    assert OutboxMessage.objects.values().get() == before
    assert not AuditEvent.objects.exists()


def test_what_was_given_up_and_is_no_longer_true_stays_given_up(truth, maria, staff):
    message = queue(maria)
    OutboxMessage.objects.filter(pk=message.pk).update(outcome="failed", dropped_at=NOW)
    truth.clear()
    with pytest.raises(NoLongerTrue):
        again.send_again(message.pk, by=staff, now=LATER)
    assert OutboxMessage.objects.get().outcome == "failed"
