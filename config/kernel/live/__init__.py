"""What changed, told to every page that shows it: `changed` inside an action, a stream for whoever looks.

Only names and ids travel: a page reads itself anew, and is judged like any other reading."""

from __future__ import annotations

from config.kernel.live.box import Hearer
from config.kernel.live.stream import stream
from config.kernel.live.telling import (
    RIGHTS_CHANGED,
    changed,
    changed_by_now,
    for_client,
    for_role,
    for_session,
    for_user,
)

__all__ = [
    "RIGHTS_CHANGED",
    "Hearer",
    "changed",
    "changed_by_now",
    "for_client",
    "for_role",
    "for_session",
    "for_user",
    "stream",
]
