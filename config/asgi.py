"""The site for an ASGI server: the demo, and `/events/` in production."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import IO, TYPE_CHECKING

import django
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from typing import Any

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

# Whoever asks whether this process is well is not to be told that it is busy.
OUT_OF_TURN = {"/healthz", "/readyz"}
# What it answers goes on for as long as somebody looks.
GOES_ON = "text/event-stream"
# Seconds.  Who has been at it for so long waits for something else than the processor: a lock, a mail server.
LONGEST_TURN = 0.5


# What was read of the requests that are under way here.
_bodies: ContextVar[list[IO[bytes]]] = ContextVar("_bodies")


class InTurn(ASGIHandler):
    """Django's handler, which works at so many requests at once (`REQUESTS_AT_ONCE`); the others wait their turn.

    They would wait for the processor in any case.  Here they do so before they have begun, and hold no connection, no
    transaction and no lock for which somebody else would wait.  A turn that lasts for too long keeps nobody waiting."""

    def __init__(self) -> None:
        super().__init__()
        self._places = asyncio.Semaphore(settings.REQUESTS_AT_ONCE)

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        """One request.  A stream is sent when all else is done with: its thread and its connection have been given back."""
        left = _Left(send)
        before = _bodies.set([])
        try:
            await super().__call__(scope, receive, left)
        finally:
            # Django leaves open what it has read of a request that is broken off.
            for body in _bodies.get():
                body.close()
            _bodies.reset(before)
        if left.response is not None:
            await self._go_on(left.response, receive, send)

    async def read_body(self, receive: Any) -> Any:
        """As Django's; the file is closed when the request is done with, whatever became of it."""
        body = await super().read_body(receive)
        _bodies.get().append(body)
        return body

    async def send_response(self, response: HttpResponseBase, send: Any) -> None:
        """As Django's, but a stream is left for later."""
        if isinstance(send, _Left) and response.headers.get("Content-Type", "").startswith(GOES_ON):
            send.response = response
        else:
            await super().send_response(response, send)

    async def _go_on(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        """Until it ends, or nobody is there any more."""
        sending = asyncio.ensure_future(super().send_response(response, send))
        leaving = asyncio.ensure_future(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            ended = await asyncio.gather(sending, leaving, return_exceptions=True)
        for exc in ended:
            if isinstance(exc, Exception) and not isinstance(exc, RequestAborted):
                raise exc

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        """The answer.  Its request has been read by now, and it is sent afterwards: a slow line keeps no place."""
        if request.path in OUT_OF_TURN:
            return await super().run_get_response(request)
        async with self._turn():
            return await super().run_get_response(request)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        await self._places.acquire()
        place = iter([self._places.release])  # to be given back once, by whichever comes first

        def give_back() -> None:
            for release in place:
                release()

        too_long = asyncio.get_running_loop().call_later(LONGEST_TURN, give_back)
        try:
            yield
        finally:
            too_long.cancel()
            give_back()


class _Left:
    """Where an answer is sent, and the one that is left for later."""

    def __init__(self, send: Callable[[Mapping[str, Any]], Awaitable[None]]) -> None:
        self._send = send
        self.response: HttpResponseBase | None = None

    async def __call__(self, message: Mapping[str, Any]) -> None:
        await self._send(message)


django.setup(set_prefix=False)
application = InTurn()
