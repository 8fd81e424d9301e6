"""Programs of ours that are started again whenever they die, and that end with us, however we end."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
# Seconds. A life shorter than STEADY is followed by a pause, twice as long each time.
STEADY = 2.0
PAUSES = (0.25, 5.0)
LOOK_EVERY = 0.05
LEAVE_PATIENCE = 6.0

log = logging.getLogger("praxis.children")


@dataclass(frozen=True, kw_only=True)
class Child:
    """A program of ours in Python: what it is called in the log, its arguments, the descriptors that it inherits.

    It is to `leave_with_parent`."""

    name: str
    arguments: tuple[str, ...]
    descriptors: tuple[int, ...] = ()


def keep(*children: Child) -> NoReturn:
    """Have each of these live, and another one in its place as soon as it has died.

    Ends by an exception only (a signal's, Ctrl-C); they end with it, and also when this process is killed."""
    kept = [_Kept(child) for child in children]
    try:
        while True:
            for each in kept:
                each.look()
            time.sleep(LOOK_EVERY)
    finally:
        for each in kept:
            each.send_away()
        until = time.monotonic() + LEAVE_PATIENCE
        for each in kept:
            each.see_off(until)


def leave_on_signals() -> None:
    """Have SIGTERM and SIGHUP end this process as Ctrl-C does, so that what it uses is given back."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        # uvicorn raises the signal again when it is done; its default would skip what stops the database.
        signal.signal(ending, _leave)


def leave_with_parent() -> None:
    """In a child: have its parent's end, of whatever kind, be a SIGTERM."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


class _Kept:
    """One child through all its lives."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = self._due = self._pause = 0.0

    def look(self) -> None:
        """Begin a life when it is time to, and see the end of one."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._due:
                self._process, self._begun = _begin(self._child), now
        elif (status := self._process.poll()) is not None:
            log.warning("the %s process has ended (%s) and is started again", self._child.name, status)
            self.send_away()
            self._process = None
            lived = now - self._begun
            self._pause = 0.0 if lived > STEADY else min(max(2 * self._pause, PAUSES[0]), PAUSES[1])
            self._due = now + self._pause

    def send_away(self) -> None:
        """Close what the child hears of us by."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def see_off(self, until: float) -> None:
        """Wait for its end; by that time it has to come."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _begin(child: Child) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl-C is for the parent, whose end is then the child's.
    return subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, *child.arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        pass_fds=child.descriptors,
        process_group=0,
    )


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)


def _wait_for_parent() -> None:
    """The other end of our standard input is the parent's: the kernel closes it, however the parent ends."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
