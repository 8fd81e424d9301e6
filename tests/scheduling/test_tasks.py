"""What time brings to this room, every minute."""

from __future__ import annotations

import datetime as dt

import pytest
from procrastinate.contrib.django import app

from clients.models import OutboxMessage
from scheduling import tasks
from scheduling.reminding import KIND
from tests.factories import NOW, create_client, create_session

pytestmark = pytest.mark.django_db


def test_clients_are_reminded_every_minute_of_what_is_due(coach, clock):
    day = dt.timedelta(days=1)
    session = create_session(coach=coach, client=create_client(of=coach), at=NOW + day, created_at=NOW - day)
    for _ in range(2):
        tasks.remind_of_sessions(timestamp=0)
    assert list(OutboxMessage.objects.values_list("kind", "object")) == [(KIND, f"session:{session.pk}")]
    crons = {job.task.name: job.cron for job in app.periodic_registry.periodic_tasks.values()}
    assert crons["remind"] == "* * * * *"
