"""The backend: Django's for PostgreSQL, with a server that comes by itself and a way to be the owner."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base

from config.postgres import roles, server
from config.postgres.client import DatabaseClient
from config.postgres.creation import DatabaseCreation
from config.postgres.pool import RecoveringPool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from django.db.backends.utils import CursorWrapper

# Seconds. A connection of ours that fails looks again anyway; this spares the usual one the look.
SEEN_WITHIN = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper; each method says in what it differs."""

    creation_class = DatabaseCreation
    client_class = DatabaseClient
    _connection_pools: dict[str, RecoveringPool] = {}

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        super().__init__(settings_dict, alias)
        self._is_owner = False
        self._avoids_pool = False
        self._seen_within = 0.0

    @property
    def pool(self) -> RecoveringPool | None:
        """One for each alias and process, which gets over the loss of the server."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if not options or self._avoids_pool:
            return None
        if self.alias not in self._connection_pools:
            made = self._make_pool({} if options is True else options)
            self._connection_pools.setdefault(self.alias, made)  # another thread may have been quicker
        return self._connection_pools[self.alias]

    def get_connection_params(self) -> dict[str, Any]:
        """With the address of the embedded server, which is started if need be: others connect with this, too."""
        return self._params() | self._server(seen_within=self._seen_within)

    def connect(self) -> None:
        """A connection that could not take its role on is not kept: it would be the owner's."""
        self._seen_within = SEEN_WITHIN
        try:
            super().connect()
        except BaseException:
            self.close()
            raise
        finally:
            self._seen_within = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """An embedded server that turns out to be gone is started and asked again."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            data_dir = self._data_dir
            if self.pool is not None or not data_dir or server.is_running(data_dir):
                raise
            return super().get_new_connection(conn_params | self._server())

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Inside, this connection has the rights of the login instead of the site's role.

        Outside a transaction it is a connection of its own, past the pool; inside one it is the same."""
        role = self.settings_dict["OPTIONS"].get("assume_role")
        if not role or self._is_owner:
            yield
        elif self.in_atomic_block:
            with self._role_laid_down(role):
                yield
        else:
            with self._other_connection():
                yield

    def planned_cursor(self) -> CursorWrapper:
        """For `config.postgres.planned`: parameters go beside the statement, which the server then can keep."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        usual = self.connection.cursor_factory
        self.connection.cursor_factory = base.ServerBindingCursor
        try:
            return self.cursor()
        finally:
            self.connection.cursor_factory = usual

    def _nodb_cursor(self) -> AbstractContextManager[CursorWrapper]:
        """Always the owner's: databases are made before there is a role."""
        options = self.settings_dict["OPTIONS"]
        without_role = {name: value for name, value in options.items() if name not in {"assume_role", "pool"}}
        login = type(self)({**self.settings_dict, "OPTIONS": without_role}, alias=self.alias)
        return super(DatabaseWrapper, login)._nodb_cursor()

    def _configure_role(self, connection: psycopg.Connection[Any]) -> bool:
        """A role that is missing is said in words."""
        return not self._is_owner and self._assume_role(connection)

    @property
    def _data_dir(self) -> Any:
        return self.settings_dict["OPTIONS"].get("data_dir") or None

    def _params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        ours = {"data_dir", "server_settings"}
        if self._is_owner:
            ours.add("options")  # the limits on waiting are for pages: a migration may take its time
        return {name: value for name, value in params.items() if name not in ours}

    def _server(self, *, seen_within: float = 0.0) -> dict[str, Any]:
        """The address of the running embedded server; nothing if the settings name another server."""
        if not self._data_dir:
            return {}
        settings = self.settings_dict["OPTIONS"].get("server_settings")
        return {**server.ensure_running(self._data_dir, settings=settings, seen_within=seen_within)}

    def _assume_role(self, connection: psycopg.Connection[Any]) -> bool:
        role = self.settings_dict["OPTIONS"].get("assume_role")
        if role:
            roles.assume(connection, role)
        return bool(role)

    def _make_pool(self, options: dict[str, Any]) -> RecoveringPool:
        if self.settings_dict.get("CONN_MAX_AGE", 0) != 0:
            raise ImproperlyConfigured("A pool and CONN_MAX_AGE exclude each other.")
        params = self._params() | {"autocommit": True}
        return RecoveringPool(
            # Each new connection looks for the server, so the pool's own workers bring it back.
            connect_with=lambda: params | self._server(),
            configure=self._configure_pooled,
            checked=self.settings_dict["CONN_HEALTH_CHECKS"],
            **options,
        )

    def _configure_pooled(self, connection: psycopg.Connection[Any]) -> None:
        # Not _configure_connection: the pool is everybody's, and this wrapper may just be the owner.
        self._configure_timezone(connection)  # type: ignore[attr-defined]
        self._assume_role(connection)

    @contextmanager
    def _other_connection(self) -> Iterator[None]:
        self.close()
        self._is_owner = self._avoids_pool = True
        try:
            yield
        finally:
            self.close()
            self._is_owner = self._avoids_pool = False

    @contextmanager
    def _role_laid_down(self, role: str) -> Iterator[None]:
        roles.assume(self.connection, roles.NOBODY)
        self._is_owner = True
        try:
            yield
        finally:
            self._is_owner = False
            try:
                roles.assume(self.connection, role)
            except psycopg.Error:
                pass  # the transaction has failed: its rollback takes the role on again
