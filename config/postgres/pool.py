"""A pool of connections that gets over the loss of its server."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import psycopg
import psycopg_pool

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds. psycopg's own 300 would stretch its pauses to minutes while the server is away.
RECONNECT_FOR = 2.0
ANSWER_WITHIN = 1.0

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
        self._configure_new = configure
        self._born: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()
        self._condemned_at = float("-inf")
        look = self._look_or_drain if checked else None
        super().__init__(kwargs=connect_with, configure=self._register, check=look, open=False, **options)

    def _register(self, connection: Connection) -> None:
        self._born[connection] = time.monotonic()
        self._configure_new(connection)

    def _look_or_drain(self, connection: Connection) -> None:
        try:
            look(connection, within=ANSWER_WITHIN)
        except psycopg.Error:
            # Many find theirs dead in the same moment; those made since the first did must survive that.
            if self._born[connection] > self._condemned_at:
                self._condemned_at = time.monotonic()
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
