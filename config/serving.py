"""The demo's web process (`python -m config.serving DESCRIPTOR`), and what starts it again whenever it dies."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import uvicorn

ROOT = Path(__file__).resolve().parent.parent
# Seconds. A life shorter than STEADY is followed by a pause, twice as long each time.
STEADY = 2.0
PAUSES = (0.25, 5.0)
LEAVE_PATIENCE = 4.0

log = logging.getLogger("praxis.serving")


def keep_serving(door: socket.socket) -> NoReturn:
    """Have a web process answer at the listening socket, and a new one as soon as it has died.

    Who comes in between waits at the socket, which stays open.  Ends by an exception only (a signal's, Ctrl-C);
    the web process ends with it, and also when this process is killed."""
    pause = 0.0
    while True:
        begun = time.monotonic()
        status = _live_once(door)
        log.warning("the web process has ended (%s) and is started again", status)
        pause = 0.0 if time.monotonic() - begun > STEADY else min(max(2 * pause, PAUSES[0]), PAUSES[1])
        time.sleep(pause)


def serve(door: socket.socket) -> None:
    """Answer at the listening socket until a signal says to end."""
    # Static files come from disk, a chunk at a time: nothing that would be worth an asynchronous file.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    config = uvicorn.Config(
        "config.asgi:application",
        lifespan="off",
        log_level="warning",
        log_config=None,
        server_header=False,
        # Open streams would keep the server from ever ending.
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[door])


def leave_on_signals() -> None:
    """Have SIGTERM and SIGHUP end this process as Ctrl-C does, so that what it uses is given back."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        # uvicorn raises the signal again when it is done; its default would skip what stops the database.
        signal.signal(ending, _leave)


def _live_once(door: socket.socket) -> int:
    command = [sys.executable, "-m", "config.serving", str(door.fileno())]
    # A group of its own: Ctrl-C is for the parent, whose end is then the child's.
    web = subprocess.Popen(  # noqa: S603  our own program
        command, cwd=ROOT, stdin=subprocess.PIPE, pass_fds=[door.fileno()], process_group=0
    )
    assert web.stdin is not None
    try:
        return web.wait()
    finally:
        web.stdin.close()
        try:
            web.wait(LEAVE_PATIENCE)
        except subprocess.TimeoutExpired:
            web.kill()
            web.wait()


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)


def _leave_with_parent() -> None:
    """The other end of our standard input is the parent's: the kernel closes it, however the parent ends."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _main(descriptor: str) -> None:
    leave_on_signals()
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    with suppress(KeyboardInterrupt), socket.socket(fileno=int(descriptor)) as door:
        serve(door)


if __name__ == "__main__":
    _main(sys.argv[1])
