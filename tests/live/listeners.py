"""Pages that only listen: bare sockets which ask for `/events/`, hundreds of them in one loop beside the test."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.sessions import SessionStore

# Seconds.  What is told comes within milliseconds; a machine with other work may take longer.
PATIENCE = 20


def keys_of(user, number):
    """So many sessions of that user, as signing in would make them."""
    made = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    store = SessionStore()
    said = store.encode(made)
    keys = [store._get_new_session_key() for _ in range(number)]
    until = timezone.now() + timezone.timedelta(days=1)
    Session.objects.bulk_create(Session(session_key=key, session_data=said, expire_date=until) for key in keys)
    return keys


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
    has_ended: bool = False

    async def open(self):
        """Ask, as a browser does that comes for the first time or again; over when the answer has begun."""
        await self.leave()
        self.has_ended = False
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        query = "" if self.since is None else f"?since={1000 * self.since:.0f}"
        last = f"Last-Event-ID: {self.last_id}\r\n" if self.last_id else ""
        asked = f"GET /events/{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n{last}Cookie: sessionid={self.key}\r\n\r\n"
        self._writer.write(asked.encode())
        self.headers = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.status = int(self.headers.split()[1])
        self._reading = asyncio.ensure_future(self._read(reader))

    async def _read(self, reader):
        async for line in reader:
            if line.startswith(b"id: "):
                self.last_id = line[4:].strip().decode()
            elif line.startswith(b"data: "):
                said = json.loads(line[6:])
                self.heard.append(Heard(said["names"], said["id"], time.monotonic()))
            elif line == b"0\r\n":
                break
        self.has_ended = True

    async def leave(self):
        if not self.status:
            return
        self._reading.cancel()
        self._writer.close()
        await asyncio.wait([self._reading])

    def has_heard(self, name):
        return any(name in each.names for each in self.heard)

    def news(self):
        """What it was told, without the pings."""
        return [(*each.names, each.id) for each in self.heard if each.names]


class Listeners:
    """A loop of their own for those who listen, while the test goes on."""

    def __init__(self, port):
        self.port, self.all = port, []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def start(self, *work):
        """Begin with all of that in their loop; a future."""

        async def together():
            return await asyncio.gather(*work)

        return asyncio.run_coroutine_threadsafe(together(), self._loop)

    def do(self, *work):
        """Do all of that in their loop."""
        return self.start(*work).result(6 * PATIENCE)

    def open(self, *keys, **about):
        """Somebody listens with each of these sessions."""
        new = [Listener(self.port, key, **about) for key in keys]
        self.all += new
        self.do(*(each.open() for each in new))
        return new

    def close(self):
        self.do(*(each.leave() for each in self.all))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def until(holds, within=PATIENCE):
    """Wait for that, and say how long it took in seconds."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < within, "this did not come true"
        time.sleep(0.005)
    return time.monotonic() - begun
