"""What stands in the thread of coach and client when something was told: written in the transaction that tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from clients.models import OutboxMessage

LINES: Mapping[str, Callable[[OutboxMessage, dt.datetime], None]] = {}
