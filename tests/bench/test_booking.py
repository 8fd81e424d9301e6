"""The booking action, beside raw psycopg sending the very statements that the action sends."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

import psycopg
import pytest

from clients.models import Client
from config.kernel.time import Interval
from scheduling import holidays
from scheduling.actions.book import book_session
from scheduling.wishes import Booking
from tests.bench import figures
from tests.factories import NOW, moment

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]

SIZE, CALLS = 1_000, 40


def free_hours():
    """Hours that nobody has: the evenings of two years, but for holidays."""
    monday = dt.date(2026, 11, 23)
    closed = holidays.dates_in(monday, monday + dt.timedelta(weeks=100))
    for week, day, evening in itertools.product(range(1, 100), range(5), ("17:00", "17:50")):
        date = monday + dt.timedelta(weeks=week, days=day)
        if date not in closed:
            yield Interval.lasting(moment(f"{date} {evening}"), 50)


def test_booking(scratch):
    hours = free_hours()
    coach = scratch.coach(SIZE)
    with scratch.at(SIZE), scratch.raw(SIZE) as raw:
        client = Client.objects.filter(care__provider=coach.user).order_by("pk").first()

        def book():
            wish = Booking(client=client, during=next(hours), form_key=uuid.uuid4().hex)
            return wish, book_session(wish, by=coach.user, now=NOW)

        made = []
        statements = figures.sent_by(lambda: made.append(book()))
        ((wish, session),) = made
        replay = Replay(raw, statements, wish, session)
        seconds = figures.rounds({"ours": book, "raw": lambda: replay(next(hours))}, calls=CALLS)
        (fsync,) = raw.execute("SHOW fsync").fetchone()
    ours, by_hand = seconds["ours"], seconds["raw"]
    figures.table(
        f"Booking, 1 connection, {len(statements)} statements, fsync {fsync}; median of {figures.ROUNDS} rounds",
        ("", "ms", "a second"),
        *((who, figures.milliseconds(took), f"{1 / sorted(took)[2]:.0f}") for who, took in seconds.items()),
        ("ours as a share of raw", "", figures.times(by_hand, ours)),
    )


class Replay:
    """Sends what the action sent, for another hour and as another form: only what must be new is changed."""

    def __init__(self, raw, statements, wish, session):
        self._raw, self._cursor, self._statements = raw, psycopg.ClientCursor(raw), statements
        self._wish, self._session = wish, f"session:{session.pk}"

    def __call__(self, during):
        new = {
            self._wish.during.as_range(): during.as_range(),
            self._wish.form_key: uuid.uuid4().hex,
            self._session: f"session:{uuid.uuid4().hex}",
        }
        with self._raw.transaction():
            for sql, params in self._statements:
                self._cursor.execute(sql, self._renewed(params, new))
                if self._cursor.description:
                    self._cursor.fetchall()

    @staticmethod
    def _renewed(params, new):
        if not isinstance(params, (list, tuple)):
            return params
        return [new.get(value, value) if isinstance(value, tuple(map(type, new))) else value for value in params]
