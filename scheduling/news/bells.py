"""What the bell says of each kind: facts when it is told, a sentence when it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clients.mail import Bell
    from clients.models import OutboxMessage

BELLS: Mapping[str, Callable[[OutboxMessage], Bell | None]] = {}
WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {}
