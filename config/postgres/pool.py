"""A pool of connections that gets over the loss of its server."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING, Any

import psycopg
import psycopg_pool

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds. psycopg's own 300 would stretch its pauses to minutes while the server is away.
RECONNECT_FOR = 2.0
ANSWER_WITHIN = 1.0
DRAIN_ONCE_IN = 0.5

Connection = psycopg.Connection[Any]


class RecoveringPool(psycopg_pool.ConnectionPool[Connection]):
    """psycopg's pool, but one dead connection condemns all that lie idle, since a server rarely loses
    one alone, and a server that is silent counts as dead."""

    def __init__(
        self,
        *,
        connect_with: Callable[[], dict[str, Any]],
        configure: Callable[[Connection], None],
        checked: bool,
        **options: Any,
    ) -> None:
        options.setdefault("reconnect_timeout", RECONNECT_FOR)
        self._drained_last = float("-inf")
        look = self._look_or_drain if checked else None
        super().__init__(kwargs=connect_with, configure=configure, check=look, open=False, **options)

    def _look_or_drain(self, connection: Connection) -> None:
        try:
            look(connection, within=ANSWER_WITHIN)
        except psycopg.Error:
            now = time.monotonic()
            # Many find their connection dead in the same moment; the new ones must survive that.
            if now - self._drained_last > DRAIN_ONCE_IN:
                self._drained_last = now
                self.drain()
            raise


def look(connection: Connection, *, within: float) -> None:
    """Ask the server for nothing, and close the connection if it does not answer.

    within: seconds. Raises: psycopg.OperationalError."""
    wire = connection.pgconn
    try:
        wire.send_query(b"")
        if wire.flush():
            raise psycopg.OperationalError("the server takes nothing")
        while wire.is_busy():
            if not select.select([wire.socket], [], [], within)[0]:
                raise psycopg.OperationalError("the server does not answer")
            wire.consume_input()
        while wire.get_result() is not None:
            pass
        if wire.status != psycopg.pq.ConnStatus.OK:
            raise psycopg.OperationalError("the connection is lost")
    except psycopg.Error:
        connection.close()
        raise
