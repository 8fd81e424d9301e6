"""Two machines look for reminders at the same moment, and both find the same."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from clients.actions import records
from clients.models import OutboxMessage
from scheduling.actions import reminders
from scheduling.reminding import KIND
from tests.factories import NOW, create_client, create_coach, create_session
from tests.races import truth

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SESSIONS, MACHINES = 10, 4
A_DAY = dt.timedelta(hours=24)


@pytest.fixture
def sessions():
    coach, booked_at = create_coach(), NOW - A_DAY
    hours = [NOW + A_DAY - number * dt.timedelta(hours=1) for number in range(SESSIONS)]
    return [create_session(coach=coach, client=create_client(of=coach), at=at, created_at=booked_at) for at in hours]


@pytest.fixture
def at_once(monkeypatch):
    """Nobody writes before everybody has looked."""
    everybody, look = threading.Barrier(MACHINES), reminders.due_reminders

    def look_together(now):
        found = look(now)
        everybody.wait(10)
        return found

    monkeypatch.setattr(reminders, "due_reminders", look_together)


def run_everywhere():
    """How many each machine queued."""
    done = []

    def work():
        try:
            done.append(reminders.remind_sessions(now=NOW))
        finally:
            connection.close()

    machines = [threading.Thread(target=work) for _ in range(MACHINES)]
    for machine in machines:
        machine.start()
    for machine in machines:
        machine.join()
    return done


def jobs():
    """For how many messages there is a job, and how many jobs."""
    waiting = "procrastinate_jobs WHERE task_name = 'deliver'"
    return truth.one(f"SELECT count(DISTINCT args) FROM {waiting}"), truth.one(f"SELECT count(*) FROM {waiting}")


def test_machines_that_look_at_once_remind_once(sessions, at_once):
    for _ in range(truth.ROUNDS):
        OutboxMessage.objects.all().delete()
        connection.cursor().execute("DELETE FROM procrastinate_jobs")
        deadlocks = truth.deadlocks()
        assert sorted(run_everywhere()) == [*[0] * (MACHINES - 1), SESSIONS]
        assert OutboxMessage.objects.filter(kind=KIND).values("object").distinct().count() == SESSIONS
        assert OutboxMessage.objects.count() == SESSIONS
        assert jobs() == (SESSIONS, SESSIONS)
        assert truth.deadlocks() == deadlocks


def test_without_the_rule_they_would_remind_as_often_as_there_are_machines(sessions, at_once, monkeypatch):
    plain = records._QUEUE_ONCE.replace("ON CONFLICT ON CONSTRAINT outbox_once DO NOTHING", "")
    monkeypatch.setattr(records, "_QUEUE_ONCE", plain)
    with truth.rules_away():
        run_everywhere()
        assert OutboxMessage.objects.count() == MACHINES * SESSIONS
