"""The listening half: one connection of the process hears what is told, and every open page of the process gets it.

Who may hear is looked at again and again, for all pages at once; while that cannot be done, nothing is told."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from psycopg import sql

from config.kernel.live.box import Box, Told
from config.kernel.live.telling import LINE, RIGHTS_CHANGED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from config.kernel.live.box import Hearer

# Says which of these hearers may no longer hear; asked in a thread of its own.
Judge: TypeAlias = "Callable[[Collection[Hearer]], Iterable[Hearer]]"

# Seconds.  So often all hearers are judged, and the line is asked whether it still stands.
JUDGE_EVERY = 5.0
ANSWER_WITHIN = 4.0
PAUSES = (0.2, 2.0)
# What was told within so many seconds is told again to a page that missed it; of what is older it reads everything.
REMEMBERED_FOR = 60.0
REMEMBERED = 2000
# By so much the clocks of two machines may differ.
LEEWAY = 0.25

log = logging.getLogger("praxis.live")


class Exchange:
    """All open pages of this process, and the one connection that hears for them.  Belongs to one event loop."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._boxes: defaultdict[str, dict[Box, None]] = defaultdict(dict)
        self._all: dict[Box, None] = {}
        self._recent: deque[Told] = deque(maxlen=REMEMBERED)
        self._heard_since = float("inf")  # from when on nothing was missed
        self._listening: asyncio.Task[None] | None = None

    def enter(self, hearer: Hearer) -> Box:
        """A box for that hearer, with what the page has missed since it was made."""
        box = Box(hearer)
        for topic in hearer.topics:
            self._boxes[topic][box] = None
        self._all[box] = None
        if self._listening is None or self._listening.done():
            self._listening = asyncio.ensure_future(self._listen())
        self._catch_up(box)
        return box

    def leave(self, box: Box) -> None:
        """Nobody looks any more."""
        box.close()
        self._all.pop(box, None)
        for topic in box.hearer.topics:
            if topic in self._boxes:
                self._boxes[topic].pop(box, None)
                if not self._boxes[topic]:
                    del self._boxes[topic]

    def _catch_up(self, box: Box) -> None:
        """Until the line stands there is nothing to catch up with: then everybody reads everything anew."""
        if self._heard_since == float("inf"):
            return
        hearer = box.hearer
        missed = [told for told in self._recent if told.topic in hearer.topics]
        unsure = hearer.asked_at < self._heard_since
        if unsure or any(RIGHTS_CHANGED in told.names and told.at >= hearer.asked_at for told in missed):
            self.leave(box)  # comes back, and is judged by its new rights
            return
        since = None if hearer.since is None else hearer.since - LEEWAY
        if since is None or since < max(self._heard_since, self._remembered_since()):
            box.put_everything()
            return
        for told in missed:
            if told.at > since and RIGHTS_CHANGED not in told.names:
                box.put(told)

    def _remembered_since(self) -> float:
        now = time.time()
        if len(self._recent) == REMEMBERED:
            return max(self._recent[0].at, now - REMEMBERED_FOR)
        return now - REMEMBERED_FOR

    async def _listen(self) -> None:
        pause = PAUSES[0]
        while True:
            begun = time.monotonic()
            try:
                await self._hear_out()
            except (psycopg.Error, DatabaseError, OSError, TimeoutError) as exc:
                log.warning("the line is lost: %s", type(exc).__name__)
            except Exception:
                log.exception("the line is given up")
            self._heard_since = float("inf")
            self._recent.clear()
            pause = PAUSES[0] if time.monotonic() - begun > PAUSES[1] else min(2 * pause, PAUSES[1])
            await asyncio.sleep(pause)

    async def _hear_out(self) -> None:
        """Hear until the line is lost."""
        params = await asyncio.to_thread(_find_database)
        async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as line:
            await line.execute(sql.SQL("LISTEN {}").format(sql.Identifier(LINE)))
            heard_since = time.time()
            await self._judge_all()
            self._heard_since = heard_since
            for box in self._all:
                box.put_everything()
            while True:
                async for notify in line.notifies(timeout=JUDGE_EVERY):
                    self._tell(notify.payload)
                async with asyncio.timeout(ANSWER_WITHIN):
                    await line.execute("SELECT 1")  # a server that has gone in silence is not waited for
                await self._judge_all()

    def _tell(self, payload: str) -> None:
        told = _read(payload)
        if told is None:
            return
        while self._recent and self._recent[0].at < told.at - REMEMBERED_FOR:
            self._recent.popleft()
        self._recent.append(told)
        for box in list(self._boxes.get(told.topic, ())):
            if RIGHTS_CHANGED in told.names:
                self.leave(box)
            else:
                box.put(told)

    async def _judge_all(self) -> None:
        boxes = list(self._all)
        if not boxes:
            return
        async with asyncio.timeout(ANSWER_WITHIN):
            out = await asyncio.to_thread(_judged, self._judge, [box.hearer for box in boxes])
        for box in boxes:
            if box.hearer in out:
                self.leave(box)


_exchanges: WeakKeyDictionary[asyncio.AbstractEventLoop, Exchange] = WeakKeyDictionary()


def exchange(judge: Judge) -> Exchange:
    """The one of this process (strictly, of the event loop that runs)."""
    loop = asyncio.get_running_loop()
    if loop not in _exchanges:
        _exchanges[loop] = Exchange(judge)
    return _exchanges[loop]


def _judged(judge: Judge, hearers: list[Hearer]) -> set[Hearer]:
    """In a thread that nobody else has; its connection is given back."""
    try:
        return set(judge(hearers))
    finally:
        connection.close()


def _find_database() -> dict[str, Any]:
    """How to reach it, as the site's role; asking brings the embedded server back."""
    params = connection.get_connection_params()
    # Django's own adapters suit connections that Django has set up.
    theirs = {"context", "cursor_factory", "prepare_threshold"}
    options = f"{params.get('options', '')} -c role={settings.SITE_ROLE} -c application_name=praxis-live".strip()
    return {**{name: value for name, value in params.items() if name not in theirs}, "options": options}


def _read(payload: str) -> Told | None:
    """What is on the line that is not ours is nothing."""
    try:
        said = json.loads(payload)
        return Told(str(said["topic"]), tuple(map(str, said["names"])), str(said["id"]), time.time())
    except (ValueError, KeyError, TypeError):
        log.warning("something on the line could not be read")
        return None
