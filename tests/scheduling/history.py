"""Enough sessions for the planner to choose as it would in a practice, and to know that they are there.

Without, what it chooses hangs on whether autovacuum looked at the tables while no test had rows in them."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from scheduling.models import Session
from scheduling.states import SessionKind, SessionStatus
from tests.factories import NOW, hour

NIGHTS = 400


def create_history(coach, client):
    """A session at four in the morning of each of the last 400 days but ten, counted by the planner."""
    Session.objects.bulk_create(
        Session(
            kind=SessionKind.BOOKED,
            status=SessionStatus.SCHEDULED,
            provider=coach.user,
            client=client,
            during=hour(f"{(NOW - dt.timedelta(days=10 + night)):%Y-%m-%d} 04:00").as_range(),
        )
        for night in range(NIGHTS)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE scheduling_session")
