"""Who is signed in, kept in the database as Django does it; but a database that is away is not a session that is gone."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError

from config.kernel import live


class SessionStore(db.SessionStore):
    """Django takes every failure to save for a session that was ended meanwhile, and blames the form for it (400)."""

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  Django's own signature
        """As Django's.  Raises: OperationalError or InterfaceError while the database is away, so that 503 is said."""
        try:
            super().save(must_create)
        except UpdateError as ended:
            if isinstance(ended.__context__, OperationalError | InterfaceError):
                raise ended.__context__ from ended.__context__.__cause__
            raise

    def delete(self, session_key: str | None = None) -> None:
        """As Django's, at sign-out and when a device is signed out from another; its open pages hear nothing more."""
        key = session_key or self.session_key
        super().delete(session_key)
        if key:
            live.changed_by_now(live.for_session(key), live.RIGHTS_CHANGED)
