"""Booking, answers, move and swap beside raw psycopg sending their own statements, with one connection and with eight."""

from __future__ import annotations

import os
import statistics

import pytest

from tests.bench import crews, figures
from tests.bench.deeds import BOOKING, DEEDS, keep_ids_apart

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]

# Nine coaches, each with ten thousand sessions: one for each of eight connections, and one for all of them.
SIZE, CROWD = 90_000, 8
CALLS = 10
# Ours as a share of raw, by the number of connections; and eight connections against one.
GOALS, GAIN = {1: 0.40, CROWD: 0.30}, 1.4


@pytest.fixture
def there(scratch):
    """The connection to the filled database, closed: every worker opens their own."""
    scratch.fill(SIZE)
    with scratch.raw(SIZE) as raw:
        keep_ids_apart(raw)
    return scratch.closed(SIZE)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_action_beside_its_own_statements(there, deed):
    with (
        crews.crew(there, deed, coaches=[CROWD], calls=CALLS) as one,
        crews.crew(there, deed, coaches=range(CROWD), calls=CALLS) as many,
    ):
        # By turns as well, so that eight against one is told of the same moments.
        rounds = [(one.round(), many.round()) for _ in range(figures.ROUNDS)]
    alone, together = (taken_by(each) for each in zip(*rounds, strict=True))
    gains = {who: figures.times(alone[who], together[who]) for who in ("ours", "raw")}
    figures.table(
        f"{deed.name.capitalize()}: {one.statements} statements, {os.cpu_count()} cores; {figures.medians()}",
        HEAD,
        row("1 connection", alone, f"{GOALS[1]:.2f}"),
        row(f"{CROWD} connections", together, f"{GOALS[CROWD]:.2f}"),
        (f"{CROWD} against 1", "", "", *(f"× {gain}" for gain in gains.values()), "", f"× {GAIN}"),
    )
    print(f"  {said_of(gains)}")


def test_booking_by_eight_at_one_calendar(there):
    with crews.crew(there, BOOKING, coaches=[CROWD] * CROWD, calls=CALLS // 2) as crew:
        took = taken_by([crew.round() for _ in range(figures.ROUNDS)])
    figures.table(
        f"Booking, all at one calendar, where each waits for the others; {os.cpu_count()} cores; {figures.medians()}",
        HEAD,
        row(f"{CROWD} connections", took, ""),
    )


HEAD = ("", "ours ms", "raw ms", "ours a second", "raw a second", "ours as a share", "goal")


def taken_by(rounds):
    """The seconds of every round, by who took them."""
    return {who: [each[who] for each in rounds] for who in ("ours", "raw")}


def row(name, took, goal):
    ours, raw = took["ours"], took["raw"]
    rates = [f"{1 / statistics.median(seconds):.0f}" for seconds in (ours, raw)]
    return name, figures.milliseconds(ours), figures.milliseconds(raw), *rates, figures.times(raw, ours), goal


def said_of(gains):
    """Whether eight connections bring what they should, in words."""
    if float(gains["ours"]) >= GAIN:
        return "Eight connections bring what they should."
    if float(gains["raw"]) < GAIN:
        return f"Eight connections do not bring {GAIN} times as much here, to raw psycopg neither."
    return f"Eight connections do not bring {GAIN} times as much, though they do to raw psycopg."
