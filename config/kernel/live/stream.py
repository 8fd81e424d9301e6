"""What goes over the wire to one open page, as server-sent events."""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING

from config.kernel.live.listening import exchange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from config.kernel.live.box import Hearer
    from config.kernel.live.listening import Judge

# Seconds.  So often something is sent in any case: proxies drop what is silent, and the page knows that it hears.
PING_EVERY = 15.0
# Milliseconds after which a browser comes back.  Not all of them at once: they left in the same moment, too.
COMES_BACK = (500, 2000)
EVERYTHING = "*"


async def stream(hearer: Hearer, judge: Judge) -> AsyncIterator[bytes]:
    """The names of what changed, each with the id of the request that did it, until the hearer's right ends.

    An event's own id is the time up to which the page has then heard all: what a browser that comes back says."""
    here = exchange(judge)
    box = here.enter(hearer)
    try:
        first, last = COMES_BACK
        yield f"retry: {first + secrets.randbelow(last - first)}\n{_event((), '')}".encode()
        while True:
            news = await box.take(within=PING_EVERY)
            if box.is_closed:
                return
            if news is None:
                lines = [_event((EVERYTHING,), "")]
            else:
                lines = [_event(told.names, told.request_id) for told in news] or [_event((), "")]
            yield "".join(lines).encode()
    finally:
        here.leave(box)


def _event(names: tuple[str, ...], request_id: str) -> str:
    said = json.dumps({"names": names, "id": request_id}, separators=(",", ":"))
    return f"id: {1000 * time.time():.0f}\ndata: {said}\n\n"
