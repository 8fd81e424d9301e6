"""The site for an ASGI server: the demo, and `/events/` in production."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

# Whoever asks whether this process is well is not to be told that it is busy.
OUT_OF_TURN = {"/healthz", "/readyz"}
# Seconds.  Who has been at it for so long waits for something else than the processor: a lock, a mail server.
LONGEST_TURN = 0.5


class InTurn(ASGIHandler):
    """Django's handler, which works at so many requests at once (`REQUESTS_AT_ONCE`); the others wait their turn.

    They would wait for the processor in any case.  Here they do so before they have begun, and hold no connection, no
    transaction and no lock for which somebody else would wait.  A turn that lasts for too long keeps nobody waiting."""

    def __init__(self) -> None:
        super().__init__()
        self._places = asyncio.Semaphore(settings.REQUESTS_AT_ONCE)

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


django.setup(set_prefix=False)
application = InTurn()
