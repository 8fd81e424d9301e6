"""Two workers at one outbox, and a mail server that goes away: each mail once, and nobody waits who wants to book."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter

import pytest
from django.utils import timezone

from clients.models import Notification, OutboxMessage
from scheduling.actions.book import book_session
from scheduling.wishes import Booking
from tests import mail_server, workers
from tests.factories import create_client, create_coach, create_user, hour
from tests.mail_server import wait_until
from tests.races import truth
from tests.races.people import days

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FULL = truth.ROUNDS >= 40
MESSAGES = 1000 if FULL else 30
AWAY = 60.0 if FULL else 1.0
LATEST = 600 if FULL else 60


@pytest.fixture
def server():
    with mail_server.running() as running:
        yield running


def all_done(number):
    waiting = "SELECT count(*) FROM clients_outboxmessage WHERE sent_at IS NULL AND dropped_at IS NULL"
    no_jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name IN ('deliver', 'mail')"
    wait_until(lambda: workers.one(waiting) == 0 and workers.one(no_jobs) == 0, seconds=LATEST)
    assert OutboxMessage.objects.filter(outcome="mailed").count() == number


def times_sent(server):
    """How often mails were sent → how many of them."""
    return Counter(Counter(mail.message_id for mail in server.accepted).values())


def test_two_workers_send_each_mail_once_although_each_has_two_jobs(server, tmp_path):
    people = [create_user() for _ in range(10)]
    with workers.at_work(2, server.port, tmp_path) as made:
        begun = time.monotonic()
        workers.queue(people * (MESSAGES // len(people)), jobs=2)
        all_done(MESSAGES)
        took = time.monotonic() - begun
    assert times_sent(server) == {1: MESSAGES}
    told = Counter(Notification.objects.values_list("message", flat=True))
    assert Counter(told.values()) == {1: MESSAGES}
    assert [worker.process.returncode for worker in made] == [0, 0]
    assert "Traceback" not in "".join(worker.said() for worker in made)
    print(f"\n{MESSAGES} messages by two workers: each told and sent once, {MESSAGES / took:.0f} a second")


def test_control_without_locks_two_workers_send_twice(server, tmp_path, monkeypatch):
    monkeypatch.setattr(workers.records, "job_lock", lambda _number: None)
    with workers.at_work(2, server.port, tmp_path, UNGUARDED="1"):
        workers.queue([create_user() for _ in range(10)], jobs=2)
        all_done(10)
    assert times_sent(server)[1] < 10


class Desk:
    """A coach who books one hour after another."""

    def __init__(self):
        self.coach = create_coach()
        self.client = create_client(of=self.coach)
        self._hours = iter(hour(f"{day} {at}:00") for day in days(200) for at in range(10, 16))

    def book(self):
        """Seconds that it took."""
        booking = Booking(client=self.client, during=next(self._hours), overrule=True)
        begun = time.perf_counter()
        book_session(booking, by=self.coach.user, now=timezone.now())
        return time.perf_counter() - begun

    def book_for(self, seconds):
        """One after another for so long; what each of them took."""
        until, took = time.monotonic() + seconds, [self.book()]
        while time.monotonic() < until:
            time.sleep(seconds / 20)
            took.append(self.book())
        return took


async def say_nothing(_talk):
    await asyncio.sleep(10 * LATEST)


def test_while_the_mail_server_is_away_pages_are_told_and_bookings_go_on_and_afterwards_all_mails_leave(
    server, tmp_path
):
    desk, people = Desk(), [create_user() for _ in range(10)]
    with workers.at_work(2, server.port, tmp_path):
        usual = [desk.book() for _ in range(20)]
        all_done(20)
        server.hooks["220"] = say_nothing
        workers.queue(people * (MESSAGES // len(people)))
        meanwhile = desk.book_for(AWAY / 2)
        # Nobody waits for a mail server who only wants to see it on a page.
        wait_until(lambda: Notification.objects.filter(kind=workers.KIND).count() == MESSAGES, seconds=LATEST)
        assert len(server.accepted) == 20
        server.down()
        meanwhile += desk.book_for(AWAY / 2)
        del server.hooks["220"]
        server.up()
        back = time.monotonic()
        all_done(20 + MESSAGES + len(meanwhile))
        took = time.monotonic() - back
    assert times_sent(server) == {1: 20 + MESSAGES + len(meanwhile)}
    assert OutboxMessage.objects.filter(attempts__gt=1).exists()
    # Who waits for this mail server waits ten seconds for its first word.
    assert max(meanwhile) < 5
    usually, then = (1000 * statistics.median(each) for each in (usual, meanwhile))
    print(
        f"\nmail server away for {AWAY:.0f} s with {MESSAGES} messages waiting: all sent {took:.0f} s after it was back; "
        f"a booking took {then:.0f} ms (median), {1000 * max(meanwhile):.0f} ms (longest); before, {usually:.0f} ms"
    )
