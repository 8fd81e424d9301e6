"""What one open page is still to hear: bounded, so that a page that reads slowly costs nobody anything."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

# So many news may wait for one page.  Who is further behind hears to read everything anew: that is one line, and is true.
ROOM = 64


@dataclass(frozen=True)
class Told:
    """One piece of news as it came over the line: for which topic, which parts changed, in which request, and when.

    at: seconds since the epoch by this process's clock."""

    topic: str
    names: tuple[str, ...]
    request_id: str
    at: float


@dataclass(frozen=True)
class Hearer:
    """Who hears on one open page: their topics, and what `Judge`s of their right to it look at.

    proof: what was true of the account when they were let in; when it no longer is, they hear nothing more.
    since: up to when the page knows all (seconds since the epoch); None for a page that cannot say.
    asked_at: when their right to hear was looked at (seconds since the epoch)."""

    topics: frozenset[str]
    user_id: int
    session_key: str
    proof: str
    since: float | None
    asked_at: float


class Box:
    """The news that wait for one open page, until its stream takes them."""

    def __init__(self, hearer: Hearer) -> None:
        self.hearer = hearer
        self.is_closed = False
        self._news: deque[Told] = deque()
        self._is_behind = False
        self._filled = asyncio.Event()

    def put(self, told: Told) -> None:
        """Let it hear that; without room it is to read everything anew."""
        if self._is_behind:
            return
        if len(self._news) == ROOM:
            self.put_everything()
            return
        self._news.append(told)
        self._filled.set()

    def put_everything(self) -> None:
        """Let it hear that it has to read everything anew."""
        self._news.clear()
        self._is_behind = True
        self._filled.set()

    def close(self) -> None:
        """It hears nothing more, not even what waits."""
        self.is_closed = True
        self._filled.set()

    async def take(self, *, within: float) -> Collection[Told] | None:
        """What waits, or what comes within so many seconds; nothing after them.  None: everything is to be read anew."""
        try:
            async with asyncio.timeout(within):
                await self._filled.wait()
        except TimeoutError:
            return ()
        self._filled.clear()
        news, is_behind = tuple(self._news), self._is_behind
        self._news.clear()
        self._is_behind = False
        return None if is_behind else news
