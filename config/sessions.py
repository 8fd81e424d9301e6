"""Who is signed in, kept in the database as Django does it; but a database that is away is not a session that is gone."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError


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
