from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from clients.models import OutboxMessage
from config.health import news
from config.health.finding import Finding


@pytest.fixture
def looked_at(db):
    """`looked_at(news.worker)`: the finding, as seen from inside this test's transaction."""

    class Here:
        def execute(self, sql, params):
            self.cursor = connection.cursor()
            self.cursor.execute(sql.decode(), params)
            return self.cursor

    return lambda look: look(Here())


def heartbeat(seconds):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (clock_timestamp() - %s * interval '1 second')",
            [seconds],
        )


def message(number, *, late, **more):
    OutboxMessage.objects.create(
        kind="told", recipient="user:1", object=f"row:{number}", version=1, not_before=timezone.now() - late, **more
    )


def test_a_worker_that_lives_is_well(looked_at):
    heartbeat(300)
    heartbeat(3)
    assert looked_at(news.worker) == Finding(name="worker", ok=True, words="A worker gave a sign of life 3 s ago.")


def test_a_worker_that_is_silent_is_missed(looked_at):
    heartbeat(400)
    finding = looked_at(news.worker)
    assert (finding.ok, finding.words) == (False, "No worker has given a sign of life for 6 minutes.")
    assert "manage.py worker" in finding.next_step


def test_what_waits_is_counted_from_its_time_on(looked_at):
    message(1, late=dt.timedelta(seconds=-30))
    message(2, late=dt.timedelta(hours=5), sent_at=timezone.now(), outcome="mailed")
    assert looked_at(news.outbox) == Finding(name="outbox", ok=True, words="Nobody waits for news.")
    message(3, late=dt.timedelta(seconds=40))
    assert looked_at(news.outbox).words == "1 message waits to be told, the oldest for 40 s."
    assert looked_at(news.outbox).ok
    message(4, late=dt.timedelta(hours=3))
    late = looked_at(news.outbox)
    assert (late.ok, late.words) == (False, "2 messages wait to be told, the oldest for 3 hours.")
    assert "EMAIL_URL" in late.next_step


def test_what_could_not_be_delivered_is_counted_for_a_month(looked_at):
    long_ago = timezone.now() - dt.timedelta(days=31)
    message(1, late=dt.timedelta(0), dropped_at=timezone.now(), outcome="stale")
    message(2, late=dt.timedelta(0), dropped_at=long_ago, outcome="failed")
    assert looked_at(news.undelivered).words == "Every mail of the last 30 days found its way."
    for number, outcome in enumerate(("failed", "refused", "no_address"), 3):
        message(number, late=dt.timedelta(0), dropped_at=timezone.now(), outcome=outcome)
    finding = looked_at(news.undelivered)
    assert finding.words == "Of the mails of the last 30 days, 3 could not be delivered."
    assert finding.ok
    assert "Outgoing messages" in finding.next_step
