"""Test databases that go when they are told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.backends.postgresql import creation

if TYPE_CHECKING:
    from config.postgres.base import DatabaseWrapper


class DatabaseCreation(creation.DatabaseCreation):
    """Django's, but a forgotten listener or worker does not keep a test database alive."""

    connection: DatabaseWrapper

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:  # noqa: FBT001, FBT002  Django's signature
        # The pool would go on connecting to the database whose name it was made with.
        self.connection.close()
        self.connection.close_pool()
        return str(super()._create_test_db(verbosity, autoclobber, keepdb))  # type: ignore[misc]

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        self.connection.close_pool()
        quoted = self.connection.ops.quote_name(test_database_name)
        with self.connection._nodb_cursor() as cursor:  # noqa: SLF001  Django's own hook for this
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
