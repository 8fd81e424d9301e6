"""Several processes at work at once, each with a connection, a coach and clients of its own: threads would measure
Python's lock instead."""

from __future__ import annotations

import multiprocessing
import time
import traceback
from contextlib import contextmanager

import psycopg
from django.db import connections

from tests.bench.deeds import Desk, Place, own_values
from tests.bench.replay import Replay, recorded

# Forked, so that each has what is imported already; nobody has a connection open then.
_FORK = multiprocessing.get_context("fork")


# Who is at work in one round, by turns: a busy moment of the machine meets both, and nobody is always first.
TURNS = ("ours", "raw", "raw", "ours")


class Crew:
    """So many workers over one deed as there are numbers of coaches; who has the same coach shares the hours."""

    def __init__(self, there, deed, coaches, calls):
        self.size, self.calls = len(coaches), calls
        self._lines, self._workers = [], []
        for number, coach in enumerate(coaches):
            line, end = _FORK.Pipe()
            sharing = coaches.count(coach)
            place = Place(coach=coach, share=number % sharing, sharing=sharing)
            worker = _FORK.Process(target=_work, args=(end, there, deed, calls, place), daemon=True)
            worker.start()
            self._lines.append(line)
            self._workers.append(worker)
        self.statements, *_others = [_heard(line) for line in self._lines]

    def round(self):
        """Seconds for one call of all together, as {"ours": …, "raw": …}."""
        seconds = {"ours": 0.0, "raw": 0.0}
        for contestant in TURNS:
            seconds[contestant] += self._turn(contestant)
        calls = self.size * self.calls * len(TURNS) / len(seconds)
        return {who: took / calls for who, took in seconds.items()}

    def _turn(self, contestant):
        """From the first that begins to the last that is done; their units are made before."""
        for line in self._lines:
            line.send(("prepare", contestant))
        for line in self._lines:
            _heard(line)
        for line in self._lines:
            line.send(("go", contestant))
        spans = [_heard(line) for line in self._lines]
        return max(end for _, end in spans) - min(begin for begin, _ in spans)

    def stop(self):
        for line, worker in zip(self._lines, self._workers, strict=True):
            if worker.is_alive():
                line.send(("stop", ""))
            worker.join(20)


@contextmanager
def crew(there, deed, *, coaches, calls):
    """A crew that is gone afterwards; `there` is the connection whose database it works in, closed by now."""
    made = Crew(there, deed, list(coaches), calls)
    try:
        yield made
    finally:
        made.stop()


def _heard(line):
    said = line.recv()
    if isinstance(said, str) and said.startswith("Traceback"):
        raise AssertionError(said)
    return said


def _work(end, *task):
    try:
        _work_for(end, *task)
    except Exception:  # noqa: BLE001  whoever waits for an answer is told why there is none
        end.send(traceback.format_exc())


def _work_for(end, there, deed, calls, place):
    for each in connections.all(initialized_only=True):
        each.connection = None
    connections["default"] = there.copy()
    raw = psycopg.connect(**_address(there), autocommit=True)
    raw.execute("SET TIME ZONE 'UTC'")
    desk = Desk.at(place)
    replay = _recorded(raw, deed, desk)
    end.send(len(replay))
    units = []
    while (told := end.recv())[0] != "stop":
        what, contestant = told
        if what == "prepare":
            units = [deed.unit(desk) for _ in range(calls)]
            end.send("ready")
            continue
        begin = time.monotonic()
        for unit in units:
            if contestant == "ours":
                deed.act(desk, unit)
            else:
                replay(own_values(unit))
        end.send((begin, time.monotonic()))
    raw.close()
    connections["default"].close()


def _recorded(raw, deed, desk):
    """What one call sends, after calls that have warmed everything up."""
    for _ in range(3):
        deed.act(desk, deed.unit(desk))
    unit, made = deed.unit(desk), {}
    statements = recorded(lambda: made.update(deed.act(desk, unit)))
    own = {value: name for name, value in own_values({**unit, **made}).items()}
    replay = Replay(raw, statements, own)
    for _ in range(3):
        replay.check(own_values(deed.unit(desk)))
    return replay


def _address(there):
    params = there.get_connection_params()
    return {key: params[key] for key in ("host", "port", "user", "password", "dbname") if params.get(key)}
