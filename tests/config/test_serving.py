from __future__ import annotations

from types import SimpleNamespace

import pytest

from config import serving


class Enough(Exception):
    """The test has seen what it wanted to see."""


@pytest.fixture
def lives(monkeypatch):
    """`lives(1, 60)`: the pauses after web processes that lived so many seconds each."""

    def run(*seconds):
        now, left, paused = [0.0], list(seconds), []
        monkeypatch.setattr(serving, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=paused.append))

        def live_once(_door):
            if not left:
                raise Enough
            now[0] += left.pop(0)
            return -9

        monkeypatch.setattr(serving, "_live_once", live_once)
        with pytest.raises(Enough):
            serving.keep_serving(None)
        return paused

    return run


def test_who_lived_for_a_while_is_followed_at_once(lives):
    assert lives(60, 60, 60) == [0, 0, 0]


def test_who_dies_at_once_is_followed_after_longer_and_longer_pauses(lives):
    assert lives(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5) == [0.25, 0.5, 1, 2, 4, 5, 5]


def test_a_steady_life_ends_the_pauses(lives):
    assert lives(0.5, 0.5, 60, 0.5) == [0.25, 0.5, 0, 0.25]
