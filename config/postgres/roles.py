"""The site's role: web and worker use the tables with it, and own none of them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import transaction
from django.db.utils import DatabaseError, OperationalError
from psycopg import sql

from config.postgres.errors import RoleRefused

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

SITE_ROLE = "praxis_app"
NOBODY = ""
# Tables the site may add to but not change, and tables it may only read.
APPEND_ONLY = ("clients_auditevent",)
READ_ONLY = ("django_migrations",)
ATTEMPTS = 5
DENIED = "42501"
# Roles belong to the whole server: databases that are migrated at the same moment meet here.
MET_ANOTHER = frozenset({"42710", "23505", "XX000"})


def as_owner(connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
    """The connection's own `as_owner()`; nothing for a connection that knows no such thing."""
    own = getattr(connection, "as_owner", None)
    return nullcontext() if own is None else own()


def grant_site_role(connection: BaseDatabaseWrapper) -> None:
    """Make the site's role if it is missing, and let it use every table as the site needs.

    Tables made later by the same owner are included. Repeating it changes nothing.
    Raises: RoleRefused when this login may not do so."""
    role = site_role(connection)
    with as_owner(connection):
        _make(connection, role)
        with transaction.atomic(using=connection.alias):
            _grant(connection, connection.ops.quote_name(role))


def site_role(connection: BaseDatabaseWrapper) -> str:
    return str(connection.settings_dict["OPTIONS"].get("assume_role") or SITE_ROLE)


def assume(connection: psycopg.Connection[Any], role: str) -> None:
    """Take the role on; NOBODY lays it down.

    Raises: OperationalError when there is no such role yet, psycopg.Error."""
    name = sql.SQL("NONE") if role == NOBODY else sql.Identifier(role)
    try:
        connection.execute(sql.SQL("SET ROLE {}").format(name))
    except psycopg.errors.InvalidParameterValue as exc:
        raise OperationalError(f"The database has no role {role} yet. Run: python manage.py migrate") from exc


def _make(connection: BaseDatabaseWrapper, role: str) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                _make_once(cursor, role, connection.ops.quote_name(role))
            return
        except DatabaseError as exc:
            state = getattr(exc.__cause__, "sqlstate", None)
            if state == DENIED:
                raise RoleRefused(_denied(connection, role)) from exc
            if state not in MET_ANOTHER or attempt == ATTEMPTS:
                raise


def _make_once(cursor: Any, role: str, quoted: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone() is None:
        cursor.execute(f"CREATE ROLE {quoted} NOLOGIN")
    # A superuser is a member of everything; since PostgreSQL 16 membership alone need not include SET ROLE.
    cursor.execute("SELECT current_setting('server_version_num')::int >= 160000")
    right = "SET" if cursor.fetchone()[0] else "MEMBER"
    cursor.execute("SELECT pg_has_role(current_user, %s, %s)", [role, right])
    if not cursor.fetchone()[0]:
        cursor.execute(f"GRANT {quoted} TO CURRENT_USER")


def _grant(connection: BaseDatabaseWrapper, role: str) -> None:
    rows = "SELECT, INSERT, UPDATE, DELETE ON"
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT {rows} ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        # The cache's table and views come after the migrations.
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rows} TABLES TO {role}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {name for (name,) in cursor.fetchall()}
        for name in tables.intersection(APPEND_ONLY):
            cursor.execute(f"REVOKE UPDATE, DELETE ON public.{name} FROM {role}")
        for name in tables.intersection(READ_ONLY):
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON public.{name} FROM {role}")


def _denied(connection: BaseDatabaseWrapper, role: str) -> str:
    user = connection.settings_dict.get("USER") or "the login of DATABASE_URL"
    return (
        f"{user} may not make the role {role} or take it on. Give it CREATEROLE, or run as an administrator: "
        f'CREATE ROLE {role} NOLOGIN; GRANT {role} TO "{user}";'
    )
