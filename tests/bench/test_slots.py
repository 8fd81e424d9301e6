"""Free times of four weeks, in a small and in a large practice, beside the same statement sent by hand."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack

import psycopg
import pytest

from config.kernel.time import Interval
from scheduling import slots
from tests.bench import figures
from tests.factories import NOW, hour

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]

SMALL, LARGE = 1_000, 1_000_000
WEEKS = Interval(NOW, NOW + dt.timedelta(weeks=4))
TAKEN = hour("2026-11-24 10:30")
CALLS = 40
OURS, SAME, BOUND = "ours", "raw psycopg, same statement", "raw psycopg, bound and prepared"


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("Free times of 4 weeks", lambda coach: slots.free(coach, WEEKS, now=NOW)),
        ("Why not (one time)", lambda coach: slots.explain(coach, TAKEN, now=NOW)),
    ],
)
def test_slots(scratch, name, ask):
    seconds, found = compare(scratch, ask)
    figures.table(
        f"{name}: {found} answers, 1 statement; median ms of {figures.ROUNDS} rounds",
        ("", f"{SMALL:,} sessions", f"{LARGE:,} sessions", "grows by"),
        *(
            (
                who,
                *(figures.milliseconds(seconds[who, size]) for size in (SMALL, LARGE)),
                figures.times(seconds[who, LARGE], seconds[who, SMALL]),
            )
            for who in (OURS, SAME, BOUND)
        ),
        *(
            (
                f"{OURS} / {who}",
                *(figures.times(seconds[OURS, size], seconds[who, size]) for size in (SMALL, LARGE)),
                "",
            )
            for who in (SAME, BOUND)
        ),
    )


def compare(scratch, ask):
    contestants = {}
    with ExitStack() as opened:
        for size in (SMALL, LARGE):
            scratch.fill(size)
            contestants |= in_one_size(scratch, size, ask, opened.enter_context(scratch.raw(size)))
        return figures.rounds(contestants, calls=CALLS), len(contestants[OURS, LARGE]())


def in_one_size(scratch, size, ask, raw):
    coach, by_hand = scratch.coach(size), psycopg.ClientCursor(raw)

    def ours():
        with scratch.at(size):
            return ask(coach)

    with scratch.at(size):
        ((sql, params),) = figures.sent_by(ours)
    return {
        (OURS, size): ours,
        (SAME, size): lambda: by_hand.execute(sql, params).fetchall(),
        (BOUND, size): lambda: raw.execute(sql, params).fetchall(),
    }
