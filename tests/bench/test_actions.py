"""Booking, answer, move and swap beside raw psycopg sending their own statements, with one connection and with eight."""

from __future__ import annotations

import os

import pytest

from tests.bench import crews, figures
from tests.bench.deeds import DEEDS, keep_ids_apart

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]

# Eight coaches, each with ten thousand sessions.
SIZE, CROWD = 80_000, 8
CALLS = 20


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_action_beside_its_own_statements(scratch, deed):
    scratch.fill(SIZE)
    with scratch.raw(SIZE) as raw:
        keep_ids_apart(raw)
        (fsync,) = raw.execute("SHOW fsync").fetchone()
    there = scratch.closed(SIZE)
    rows, rates = [], {}
    for size in (1, CROWD):
        with crews.crew(there, deed, size=size, calls=CALLS) as crew:
            took = {"ours": [], "raw": []}
            for _ in range(figures.ROUNDS):
                for who, seconds in took.items():
                    seconds.append(crew.seconds(who) / (size * CALLS))
            statements = crew.statements
        rates[size] = {who: sorted(seconds)[figures.ROUNDS // 2] for who, seconds in took.items()}
        rows.append(
            (
                f"{size} connection{'s' if size > 1 else ''}",
                figures.milliseconds(took["ours"]),
                figures.milliseconds(took["raw"]),
                f"{1 / rates[size]['ours']:.0f}",
                f"{1 / rates[size]['raw']:.0f}",
                figures.times(took["raw"], took["ours"]),
                {1: "0.40", CROWD: "0.30"}[size],
            )
        )
    gain = {who: rates[1][who] / rates[CROWD][who] for who in ("ours", "raw")}
    figures.table(
        f"{deed.name.capitalize()}: {statements} statements, fsync {fsync}, {os.cpu_count()} cores; median of"
        f" {figures.ROUNDS} rounds",
        ("", "ours ms", "raw ms", "ours a s", "raw a s", "ours as a share", "goal"),
        *rows,
        ("8 against 1", "", "", f"× {gain['ours']:.2f}", f"× {gain['raw']:.2f}", "", "× 1.4"),
    )
