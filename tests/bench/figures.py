"""Rounds in which the contestants take turns, and the tables they end in."""

from __future__ import annotations

import os
import statistics
import time

from django.db import connection

ROUNDS = 5


def rounds(contestants, *, calls):
    """Seconds of a middling call of each contestant, once a round: {name: [five figures]}.

    They take turns call by call, so that a busy moment of the machine meets them all alike."""
    for work in contestants.values():
        work()  # connections, caches and the pages of the indexes are warm before the first round
    seconds = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        took = {name: [] for name in contestants}
        for _ in range(calls):
            for name, work in contestants.items():
                started = time.perf_counter()
                work()
                took[name].append(time.perf_counter() - started)
        for name, figures in took.items():
            seconds[name].append(statistics.median(figures))
    return seconds


def medians():
    """What the figures of a table are, and how busy the machine was beside it, as text."""
    return f"medians of {ROUNDS} rounds, load {os.getloadavg()[0]:.1f}"


def milliseconds(figures):
    """The median, as text."""
    return f"{statistics.median(figures) * 1000:.2f}"


def times(figures, others):
    """How many times `others` each figure is, round by round; the median, as text."""
    return f"{statistics.median(one / other for one, other in zip(figures, others, strict=True)):.2f}"


def table(title, *rows):
    """Print rows of texts under one another; the first is the head."""
    widths = [max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
    print(f"\n\n{title}")
    for row in rows:
        first, *rest = (str(cell) for cell in row)
        print("  " + first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)))


def sent_by(work):
    """The statements that `work` sends, with their parameters."""
    sent = []

    def listen(execute, sql, params, many, context):
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        work()
    return sent
