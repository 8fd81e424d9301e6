"""Cancelling a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel.actions import action

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import Session


@action
def cancel_session(session_id: int, *, by: User, now: dt.datetime, version: int, reason: str = "") -> Session:
    """Cancel a scheduled session; open proposals on it are withdrawn, its hour goes to whoever waits for it.

    `version` is the one the page showed.  The same cancellation sent again changes nothing more.
    Locks: provider, clients, cases, session, proposals.  Tells: the client (after the time for undo).
    Raises: ChangedMeanwhile(session), NotCancellable."""
    raise NotImplementedError
