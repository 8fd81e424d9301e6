"""`kill -9` of the worker at each step of telling: nothing is lost, and hardly anything is said twice.

Where the worker is caught is decided from outside: the mail server does not answer, or a table is locked."""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections import Counter
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from django.db import connection

from clients.models import Notification, OutboxMessage
from tests import mail_server, workers
from tests.factories import create_user
from tests.mail_server import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
DELIVERED_WITHIN = 30
# Windows in which the mail server has taken the mail on, and we have not written that down yet.
LAST = {"after 250", "before the mark"}


@pytest.fixture
def server():
    with mail_server.running() as running:
        yield running


@contextmanager
def another_connection():
    """Of the login, beside Django's: what is locked there is locked for everybody else."""
    params = connection.get_connection_params()
    address = {key: params[key] for key in ("host", "port", "user", "password", "dbname") if params.get(key)}
    with psycopg.connect(**address) as raw:
        yield raw
        raw.rollback()


def somebody_waits_for(table):
    found = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    wait_until(lambda: workers.one(found, table) == 1)


def catch(server, users):
    """Have the worker stand at the mail server with one message each; the talks, and the message of each step."""
    server.stop_at("220", 1)
    server.stop_at("DATA", 3)
    at, numbers = {}, workers.queue(users)
    (at["before SMTP"],) = server.stopped("220", 1)
    at["within DATA"], at["before the mark"], at["after 250"] = server.stopped("DATA", 3)
    caught = {step: _number(talk) for step, talk in at.items() if step != "before SMTP"}
    (caught["before SMTP"],) = set(numbers) - set(caught.values())
    return at, caught


def _number(talk):
    content = mail_server.Mail("", bytes(talk.envelope.content))
    return int(content.message_id.removeprefix("<outbox-").partition("@")[0])


def kill_at_each_step(server, victim, users):
    """One round; where each message was when it happened."""
    *four, fifth = users
    at, caught = catch(server, four)
    with another_connection() as ours:
        ours.execute("LOCK TABLE clients_notification IN SHARE MODE")
        (caught["while telling"],) = workers.queue([fifth])
        somebody_waits_for("clients_notification")
        ours.execute("LOCK TABLE clients_outboxmessage IN SHARE MODE")
        server.go_on(at["before the mark"])
        somebody_waits_for("clients_outboxmessage")
        # It will not hear that the mail was taken on.
        victim.signal(signal.SIGSTOP)
        server.go_on(at["after 250"])
        wait_until(lambda: len(server.accepted) == 2)
        victim.kill()
    return caught


def test_whenever_the_worker_is_killed_everything_is_told_and_nothing_twice_but_a_mail_in_the_last_window(
    server, tmp_path
):
    users = [create_user() for _ in range(5)]
    took, sent = [], Counter()
    with ExitStack() as ending:

        def another():
            made = workers.WorkerProcess(server.port, tmp_path / "worker.log")
            ending.callback(made.end)
            return made

        worker = another()
        for _ in range(ROUNDS):
            server.accepted.clear()
            caught = kill_at_each_step(server, worker, users)
            since, worker = time.monotonic(), another()
            rows = OutboxMessage.objects.filter(pk__in=caught.values())
            wait_until(lambda rows=rows: rows.filter(outcome="mailed").count() == 5, seconds=DELIVERED_WITHIN)
            took.append(time.monotonic() - since)
            told = Notification.objects.filter(message__in=caught.values()).values_list("message", flat=True)
            assert Counter(told) == dict.fromkeys(caught.values(), 1)
            steps = {f"<outbox-{number}@localhost>": step for step, number in caught.items()}
            mails = Counter(steps[mail.message_id] for mail in server.accepted)
            assert mails == {step: 2 if step in LAST else 1 for step in caught}
            sent += mails
    assert workers.one("SELECT count(*) FROM procrastinate_jobs WHERE task_name IN ('deliver', 'mail')") == 0
    print(
        f"\nworker killed {ROUNDS} times with a message at each of {len(sent)} steps: 0 lost, {dict(sent)} mails, all told "
        f"after {statistics.median(took):.1f} s (median), {max(took):.1f} s (longest)"
    )
