"""Pages that only listen: bare sockets which ask for `/events/`, many in one loop."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client as Visitor

# Seconds.  What is told comes in milliseconds; a machine with other work may take longer.
PATIENCE = 10


def key_of(user):
    """The session of that user, as signing in would make it."""
    visitor = Visitor()
    visitor.force_login(getattr(user, "user", user))
    return visitor.cookies[settings.SESSION_COOKIE_NAME].value


@dataclass
class Heard:
    """One event: what changed, by which request, and when it arrived (monotonic seconds)."""

    names: list
    id: str
    at: float


@dataclass
class Listener:
    """One open stream and all that it has heard."""

    port: int
    key: str
    since: float | None = None
    status: int = 0
    headers: str = ""
    heard: list = field(default_factory=list)
    last_id: str = ""
    ended: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self):
        """Ask, and read on in the background; returns when the answer has begun."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        query = "" if self.since is None else f"?since={1000 * self.since:.0f}"
        last = f"Last-Event-ID: {self.last_id}\r\n" if self.last_id else ""
        asked = f"GET /events/{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n{last}Cookie: sessionid={self.key}\r\n\r\n"
        self._writer.write(asked.encode())
        self.headers = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 6 * PATIENCE)).decode()
        self.status = int(self.headers.split()[1])
        self._reading = asyncio.ensure_future(self._read(reader))
        return self

    async def _read(self, reader):
        async for line in reader:
            if line.startswith(b"id: "):
                self.last_id = line[4:].strip().decode()
            elif line.startswith(b"data: "):
                said = json.loads(line[6:])
                self.heard.append(Heard(said["names"], said["id"], time.monotonic()))
                self._news.set()
            elif line == b"0\r\n":
                break
        self.ended = True
        self._news.set()

    def news(self):
        """What it has heard, without the pings."""
        return [each for each in self.heard if each.names]

    async def until(self, holds, within=PATIENCE):
        """Wait until that holds of this listener."""
        async with asyncio.timeout(within):
            while not holds(self):
                self._news.clear()
                await self._news.wait()
        return self

    async def hears(self, name, within=PATIENCE):
        return await self.until(lambda own: any(name in each.names for each in own.heard), within)

    async def ends(self, within=PATIENCE):
        return await self.until(lambda own: own.ended, within)

    async def close(self):
        self._reading.cancel()
        self._writer.close()


async def opened(port, keys, **about):
    """A listener for each key, all of them asking at once."""
    return await asyncio.gather(*(Listener(port, key, **about).open() for key in keys))


async def closed(listeners):
    for each in listeners:
        await each.close()
