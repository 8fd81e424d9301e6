from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from config import children

CHILD = children.Child(name="tried", arguments=())


class Enough(Exception):
    """The test has seen what it wanted to see."""


@pytest.fixture
def lives(monkeypatch):
    """`lives(1, 60)`: the pauses after children that lived so many seconds each."""

    def run(*seconds):
        now, left, begun, ended = [0.0], list(seconds), [], []

        def sleep(_pause):
            now[0] += 0.05
            if len(begun) > len(seconds):
                raise Enough

        def begin(_child):
            begun.append(now[0])
            dies_at = now[0] + left.pop(0) if left else float("inf")

            def poll():
                if now[0] < dies_at:
                    return None
                ended.append(now[0])
                return -9

            return SimpleNamespace(poll=poll, stdin=SimpleNamespace(close=lambda: None), wait=lambda _patience: 0)

        monkeypatch.setattr(children, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
        monkeypatch.setattr(children, "_begin", begin)
        with pytest.raises(Enough):
            children.keep(CHILD)
        return [round(again - end, 1) for end, again in zip(ended, begun[1:], strict=True)]

    return run


def test_who_lived_for_a_while_is_followed_at_once(lives):
    assert lives(60, 60, 60) == [pytest.approx(0, abs=0.1)] * 3


def test_who_dies_at_once_is_followed_after_longer_and_longer_pauses(lives):
    assert lives(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5) == [
        pytest.approx(each, abs=0.1) for each in (0.25, 0.5, 1, 2, 4, 5, 5)
    ]


def test_a_steady_life_ends_the_pauses(lives):
    assert lives(0.5, 0.5, 60, 0.5) == [pytest.approx(each, abs=0.1) for each in (0.25, 0.5, 0, 0.25)]


# A parent that keeps two children, each of which says its number; the second does not mind being asked to end.
# The number and its line end in one write: an unbuffered `print` makes two of them, and the children's could mix.
PARENT = r"""
import signal, sys
from config import children
child = "import os, time; from config import children; os.write(1, b'%d\\n' % os.getpid()); {}; time.sleep(60)"
children.leave_on_signals()
children.LEAVE_PATIENCE = 1.0
polite = child.format("children.leave_with_parent()")
deaf = child.format("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)")
children.keep(*(children.Child(name=name, arguments=("-c", code)) for name, code in (("a", polite), ("b", deaf))))
"""


def alive(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def parent():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=children.ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        numbers = []
        try:
            numbers += [int(running.stdout.readline()) for _ in range(2)]
            yield running, numbers
        finally:
            running.kill()
            for each in numbers:
                if alive(each):
                    os.kill(each, signal.SIGKILL)


def test_each_child_has_a_successor_and_none_outlives_its_parent(parent):
    running, (first, second) = parent
    os.kill(first, signal.SIGKILL)
    third = int(running.stdout.readline())
    assert third not in {first, second}
    assert alive(second)
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 0
    assert not any(alive(each) for each in (first, second, third))


def test_who_listens_for_the_end_of_its_parent_hears_of_a_kill(parent):
    running, numbers = parent
    running.kill()
    running.wait(10)
    until = time.monotonic() + 5
    while all(alive(each) for each in numbers):
        assert time.monotonic() < until
        time.sleep(0.02)
