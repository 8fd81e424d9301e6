"""Moving a session: the same row at another time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel.actions import action

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import Session


@action
def move_session(
    session_id: int, during: Interval, *, by: User, now: dt.datetime, version: int, overrule: bool = False
) -> Session:
    """Move a scheduled session; what was asked of its client is withdrawn, the old hour goes to whoever waits for it.

    `version` is the one the page showed.  The same move sent again changes nothing more.
    Locks: provider, clients, cases, session, proposals.  Tells: the client (after the time for undo).
    Raises: HourTaken(clash), ClientBusy, NeedsOverrule(obstacles), ChangedMeanwhile(session), NotMovable."""
    raise NotImplementedError
