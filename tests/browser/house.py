"""The house that the browser visits: one server for the whole run, and a database that is emptied in between."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time

from tests import databases


class Database:
    """The test database, one test after the other."""

    def __init__(self, blocker):
        self._blocker = blocker

    @contextlib.contextmanager
    def rows(self):
        """Rows written inside are committed, seen by the server, and gone afterwards."""
        with self._blocker.unblock():
            try:
                yield
            finally:
                databases.empty()


class Running:
    """The site at its address. While its door is shut, nothing reaches the database."""

    def __init__(self, application, address):
        self.address = address
        self._application = application
        self._inside = 0
        self._streams = {}
        self._is_open, self._has_streams = False, True
        self._change = threading.Condition()

    @contextlib.contextmanager
    def opened(self):
        """Visitors are let in, and have left when this ends."""
        with self._change:
            self._is_open = True
        try:
            yield
        finally:
            with self._change:
                self._is_open = False
                self._end_streams()
                assert self._change.wait_for(lambda: not self._inside, timeout=10)

    @contextlib.contextmanager
    def without_streams(self):
        """The line on which pages hear is cut, and cannot be had again inside."""
        with self._change:
            self._has_streams = False
            self._end_streams()
        try:
            yield
        finally:
            with self._change:
                self._has_streams = True

    def _end_streams(self):
        for task, loop in self._streams.items():
            loop.call_soon_threadsafe(task.cancel)

    async def __call__(self, scope, receive, send):
        """What a browser still asks when its test is over is not answered."""
        with self._change:
            is_stream = scope["path"] == "/events/"
            comes_in = self._is_open and (self._has_streams or not is_stream)
            self._inside += comes_in
            if comes_in and is_stream:
                self._streams[asyncio.current_task()] = asyncio.get_running_loop()
        if not comes_in:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        try:
            await self._application(scope, receive, send)
        except asyncio.CancelledError:
            if not is_stream:
                raise
            with contextlib.suppress(RuntimeError):  # it had not begun yet
                await send({"type": "http.response.body", "body": b""})
        finally:
            with self._change:
                self._streams.pop(asyncio.current_task(), None)
                self._inside -= 1
                self._change.notify_all()


def application():
    from config.asgi import application

    return application


@contextlib.contextmanager
def serving(application):
    """A Running site, in a thread of its own."""
    import uvicorn

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        running = Running(application, f"http://127.0.0.1:{listener.getsockname()[1]}")
        options = uvicorn.Config(running, lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(options)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield running
        server.should_exit = True
        thread.join(5)
        assert not thread.is_alive()
