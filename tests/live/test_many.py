"""Hundreds of open pages in one process: what they cost, how soon they hear, and that none misses anything.

LIVE_STREAMS and LIVE_SECONDS say how many and for how long: few in `make test`, 500 for 20 s in CI, for 300 s in a soak."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import time
from pathlib import Path

import pytest
from django.db import connection

from clients.models import AuditEvent
from config.kernel import live
from tests import factories
from tests.live.listeners import keys_of, until
from tests.live.telling import tell

STREAMS = int(os.environ.get("LIVE_STREAMS", "120"))
SECONDS = float(os.environ.get("LIVE_SECONDS", "3"))
# Seconds between two changes while all listen.
PAUSE = 0.2
# Seconds within which those who were cut off come back, as a browser does by itself.
ALL_BACK_WITHIN = 2.0

pytestmark = pytest.mark.slow


def memory(site):
    """MiB that the site's process holds, and its threads."""
    status = Path(f"/proc/{site.process.pid}/status").read_text()
    said = dict(line.split(":\t") for line in status.splitlines() if ":\t" in line)
    return int(said["VmRSS"].split()[0]) / 1024, int(said["Threads"])


def cpu(site):
    """Seconds that the site's process has been at work."""
    said = Path(f"/proc/{site.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def connections():
    """How many connections listen, and how many there are to this database but the test's own."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT count(*) FILTER (WHERE application_name = 'praxis-live'), count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()""")
        return cursor.fetchone()


def crowd_of(people):
    """A session for each stream, of the people in turn."""
    share = -(-STREAMS // len(people))
    made = [keys_of(user, share) for user in people]
    return list(itertools.chain.from_iterable(zip(*made, strict=True)))[:STREAMS]


def test_all_listen_through_one_connection_and_cost_little(site, listeners, coach, capsys):
    people = [coach.user, *(factories.create_user() for _ in range(9))]
    begun = time.monotonic()
    crowd = listeners.open(*crowd_of(people), since=time.time() + 60)
    took = time.monotonic() - begun
    assert {each.status for each in crowd} == {200}
    tell(live.for_user(coach.user.pk), "first")
    until(lambda: any(each.has_heard("first") for each in crowd))
    before, threads = memory(site)
    told = {}
    until_when = time.monotonic() + SECONDS
    while time.monotonic() < until_when:
        user = people[len(told) % len(people)]
        told[time.monotonic()] = user, tell(live.for_user(user.pk), "calendar:changed")
        time.sleep(PAUSE)
    late = []
    for at, (user, by) in told.items():
        theirs = crowd[people.index(user) :: len(people)]
        until(lambda theirs=theirs, by=by: all(any(each.id == by for each in page.heard) for page in theirs))
        late += [1000 * (each.at - at) for page in theirs for each in page.heard if each.id == by]
    late.sort()
    after, _threads = memory(site)
    listening, all_of_them = connections()
    with capsys.disabled():
        print(
            f"\n{STREAMS} streams open in {took:.1f} s, {before:.0f} MiB and {threads} threads, {after:.0f} MiB"
            f" after {SECONDS:.0f} s; heard after {late[len(late) // 2]:.0f} ms, p95 {late[int(0.95 * len(late))]:.0f} ms;"
            f" {listening} connection that listens, {all_of_them} in all"
        )
    assert listening == 1
    # The others are the pool's, for requests: no stream holds one.
    assert all_of_them <= 8
    assert threads < 40
    assert after < 1.1 * before
    assert not any(each.has_ended for each in crowd)


def test_a_topic_of_everybody_is_heard_by_everybody_soon(listeners, coach, capsys):
    """The most that one change can cost: all streams hear the same."""
    crowd = listeners.open(*crowd_of([coach.user]), since=time.time() + 60)
    late = []
    for _ in range(5):
        at = time.monotonic()
        by = tell(live.for_role("coach"), "calendar:changed")
        until(lambda by=by: all(page.heard[-1].id == by for page in crowd))
        late += [1000 * (page.heard[-1].at - at) for page in crowd]
    late.sort()
    with capsys.disabled():
        print(f"\nall {STREAMS} hear the same: p95 {late[int(0.95 * len(late))]:.0f} ms, the last {late[-1]:.0f} ms")
    assert late[int(0.95 * len(late))] < 1000


def test_all_come_back_at_once_and_miss_nothing(site, listeners, coach, capsys):
    """A line that is cut for everybody, while things go on; compared with what the database says was done."""
    crowd = listeners.open(*crowd_of([coach.user]), since=time.time() + 60)
    topic, chance = live.for_user(coach.user.pk), random.Random(5)
    done_before = tell(topic, "calendar:changed")
    until(lambda: all(page.heard[-1].id == done_before for page in crowd))
    listeners.do(*(page.leave() for page in crowd))

    async def come_back(page, after):
        await asyncio.sleep(after)
        await page.open()

    begun, cpu_before = time.monotonic(), cpu(site)
    coming = listeners.start(*(come_back(page, chance.uniform(0, ALL_BACK_WITHIN)) for page in crowd))
    done = {done_before: begun}
    while not coming.done():
        done[tell(topic, "calendar:changed")] = time.monotonic()
        time.sleep(PAUSE)
    coming.result()
    took = time.monotonic() - begun
    last = tell(topic, "calendar:changed")
    done[last] = time.monotonic()
    until(lambda: all(page.heard[-1].id == last for page in crowd))
    with capsys.disabled():
        print(
            f"\n{STREAMS} come back within {ALL_BACK_WITHIN:.0f} s: all served after {took:.1f} s, {cpu(site) - cpu_before:.1f} s of them at work"
        )
    assert {page.status for page in crowd} == {200}
    in_database = AuditEvent.objects.filter(verb="told", object=topic).values_list("request_id", flat=True)
    assert set(done) == set(in_database)
    assert len(done) > 5
    assert [missed_by(page, done) for page in crowd] == [set()] * STREAMS


def missed_by(page, done):
    """What was done, and at what time it stood, that this page neither heard nor read when it read everything anew."""
    read_at = max((each.at for each in page.heard if "*" in each.names), default=0)
    return {by for by, at in done.items() if at > read_at} - {each.id for each in page.heard}
