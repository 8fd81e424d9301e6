"""Enough sessions for the planner to choose as it would in a practice, and to know that they are there.

Without, what it chooses hangs on whether autovacuum looked at the tables while no test had rows in them, and on how
full the indexes are of what tests have rolled back."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from clients.models import Care, Client, User
from scheduling.models import Session
from scheduling.states import SessionKind, SessionStatus
from tests.factories import NOW, hour

OTHERS, NIGHTS = 19, 40


def create_history(coach, client):
    """Forty sessions at four in the morning of past days for these two, and as many for each of nineteen others."""
    people = [(coach.user, client), *_others()]
    Session.objects.bulk_create(
        Session(
            kind=SessionKind.BOOKED,
            status=SessionStatus.SCHEDULED,
            provider=provider,
            client=guest,
            during=hour(f"{NOW - dt.timedelta(days=10 + 7 * night):%Y-%m-%d} 04:00").as_range(),
        )
        for provider, guest in people
        for night in range(NIGHTS)
    )
    with connection.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("REINDEX TABLE scheduling_session")
        cursor.execute("ANALYZE scheduling_session")


def _others():
    providers = User.objects.bulk_create(User(email=f"other{number}@praxis.test") for number in range(OTHERS))
    guests = Client.objects.bulk_create(Client(full_name=f"Other {number}") for number in range(OTHERS))
    pairs = list(zip(providers, guests, strict=True))
    Care.objects.bulk_create(Care(client=guest, provider=provider) for provider, guest in pairs)
    return pairs
