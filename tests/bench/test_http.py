"""A booking over real HTTP, beside a plain Django view that does the same two inserts and nothing else."""

from __future__ import annotations

import uuid
from contextlib import contextmanager

import pytest

from clients.models import Client
from config.kernel import time
from tests.bench import figures
from tests.bench.deeds import evenings
from tests.factories import ATHENS
from tests.races.conftest import Site
from tests.races.people import Person, all_at_once

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
SIZE, CALLS, CROWD = 1_000, 30, 8


@contextmanager
def served(database, log, **environment):
    """The site in two processes, as it runs for people."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        site = Site("tests.bench.served:application", database, log, processes=2).wait()
    try:
        yield site
    finally:
        site.stop()


class Booker:
    """A coach's browser over one of the two sites, and the hours that are left."""

    def __init__(self, site, coach, client, hours, path):
        self._who, self._client, self._hours, self._path = Person(site.port, coach.user), client, hours, path

    def form(self):
        start = next(self._hours).starts_at.astimezone(time.zone(ATHENS))
        return {
            "client": self._client.pk,
            "day": start.date(),
            "at": f"{start:%H:%M}",
            "minutes": 50,
            "form_key": uuid.uuid4().hex,
        }

    def book(self, ready=None):
        answer = self._who.post(self._path, ready=ready, htmx=False, **self.form())
        assert answer.status == 302, answer.body[-2000:]


def test_booking_over_http(scratch, tmp_path):
    coach = scratch.coach(SIZE)
    with scratch.at(SIZE):
        client = Client.objects.filter(care__provider=coach.user).order_by("pk").first()
        hours = evenings(coach, "18:00", "18:50", weeks=99)
        scratch.closed(SIZE)
        database = scratch.name(SIZE)
        with (
            served(database, tmp_path / "ours.log") as our_site,
            served(database, tmp_path / "plain.log", PLAIN="1") as plain_site,
        ):
            ours = Booker(our_site, coach, client, hours, "/sessions/book/")
            plain = Booker(plain_site, coach, client, hours, "/plain/book/")
            for each in (ours, plain) * 4:
                each.book()
            one = figures.rounds({"ours": ours.book, "plain": plain.book}, calls=CALLS)
            crowds = {
                "ours": lambda: all_at_once([ours.book] * CROWD),
                "plain": lambda: all_at_once([plain.book] * CROWD),
            }
            many = figures.rounds(crowds, calls=4)
    figures.table(
        f"Booking over HTTP; median of {figures.ROUNDS} rounds",
        ("", "ours ms", "plain ms", "ours as a share of plain"),
        *(
            (
                called,
                figures.milliseconds(took["ours"]),
                figures.milliseconds(took["plain"]),
                figures.times(took["plain"], took["ours"]),
            )
            for called, took in (("1 browser", one), (f"{CROWD} browsers at once", many))
        ),
    )
