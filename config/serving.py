"""The demo's web process: `python -m config.serving DESCRIPTOR`."""

from __future__ import annotations

import socket
import sys
import warnings
from contextlib import suppress

import uvicorn

from config import children


def web(door: socket.socket) -> children.Child:
    """The program that answers at the listening socket.

    Who comes while there is none waits at the socket, which stays open."""
    number = door.fileno()
    return children.Child(name="web", arguments=("-m", "config.serving", str(number)), descriptors=(number,))


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


def _main(descriptor: str) -> None:
    children.leave_on_signals()
    children.leave_with_parent()
    with suppress(KeyboardInterrupt), socket.socket(fileno=int(descriptor)) as door:
        serve(door)


if __name__ == "__main__":
    _main(sys.argv[1])
