"""A booking over real HTTP, beside a plain Django view that does the same two inserts and nothing else."""

from __future__ import annotations

import os
import statistics
import uuid
from contextlib import ExitStack, contextmanager

import pytest

from clients.models import Client
from config.kernel import time
from scheduling.models import Coach
from tests.bench import figures
from tests.bench.deeds import hours
from tests.factories import ATHENS
from tests.races.conftest import Site
from tests.races.people import Person, all_at_once

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
# As in test_actions, so that both fill one database: nine coaches.
SIZE, CALLS, CROWD, WAVES = 90_000, 20, 8, 5
OURS = "ours"
# Each with what stands before the view, and its address.
SITES = {
    OURS: ("", "/sessions/book/"),
    "plain": ("nothing", "/plain/book/bare/"),
    "plain, startproject's middleware": ("startproject", "/plain/book/"),
    "plain, our middleware": ("ours", "/plain/book/"),
}


def test_booking_over_http(scratch, tmp_path):
    scratch.fill(SIZE)
    with scratch.at(SIZE), ExitStack() as running:
        crowds = {
            name: [
                Booker(site.port, coach, path) for coach in Coach.objects.select_related("user").order_by("pk")[:CROWD]
            ]
            for number, (name, (before, path)) in enumerate(SITES.items())
            if (site := running.enter_context(served(scratch.name(SIZE), tmp_path / f"{number}.log", before)))
        }
        share_hours(crowds)
        for crowd in crowds.values():
            for each in crowd:
                each.book()
        one = figures.rounds({name: crowd[0].book for name, crowd in crowds.items()}, calls=CALLS)
        many = figures.rounds({name: at_once(crowd) for name, crowd in crowds.items()}, calls=WAVES)
    rows = [
        (
            name,
            figures.milliseconds(one[name]),
            f"{1 / statistics.median(one[name]):.0f}",
            f"{CROWD / statistics.median(many[name]):.0f}",
            figures.times(one[name], one[OURS]),
            figures.times(many[name], many[OURS]),
        )
        for name in SITES
    ]
    figures.table(
        f"Booking over HTTP, {os.cpu_count()} cores; {figures.medians()}",
        ("", "ms", "a second by 1", f"a second by {CROWD}", "ours as a share by 1", f"by {CROWD}"),
        *rows,
    )


@contextmanager
def served(database, log, before):
    """A site in two processes, as it runs for people."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAIN", before)
        site = Site("tests.bench.served:application", database, log, processes=2).wait()
    try:
        yield site
    finally:
        site.stop()


class Booker:
    """A coach's browser before one of the sites, with a client and hours of their own."""

    def __init__(self, port, coach, path):
        self.coach, self._path = coach, path
        self._who = Person(port, coach.user)
        self._client = Client.objects.filter(care__provider=coach.user).order_by("pk").first()
        self.hours = iter(())

    def form(self):
        start = next(self.hours).starts_at.astimezone(time.zone(ATHENS))
        return {
            "coach": self.coach.pk,
            "client": self._client.pk,
            "day": start.date(),
            "at": f"{start:%H:%M}",
            "minutes": 50,
            "form_key": uuid.uuid4().hex,
        }

    def book(self, ready=None):
        answer = self._who.post(self._path, ready=ready, htmx=False, **self.form())
        assert answer.status == 302, answer.body[-2000:]


def share_hours(crowds):
    """The same coach books at every site: each hour is given to one of them only."""
    for same in zip(*crowds.values(), strict=True):
        free = hours(same[0].coach, "08:00", "18:00", "18:50", weeks=range(2, 99), since=time.now())
        for each in same:
            each.hours = free


def at_once(crowd):
    """Everybody books one hour, all at the same moment."""
    return lambda: all_at_once([each.book for each in crowd])
