"""Test databases are copies of one that was migrated until a line of the code changes; what is taken back in them."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction

ROOT = Path(__file__).resolve().parent.parent
# Whatever a migration may reach; the locks stand for everything that is installed.
SOURCES = ("requirements/*.txt", "config/**/*.py", "clients/**/*.py", "scheduling/**/*.py", "folders/**/*.py",
           "mechanics/**/*.py")  # fmt: skip
LOCK = 7_201_126
LITTLE = 8 * 1024 * 1024  # bytes
_IS_LITTLE = """SELECT has_parameter_privilege('session_replication_role', 'SET')
    AND (SELECT sum(pg_relation_size(name)) < %s FROM unnest(%s::regclass[]) AS name)"""
# The worker's, which Django does not count among its own.
WORKERS = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")
# What migrations and Django itself write once; nothing of a test is in it.
STAYS = ("django_migrations", "django_content_type", "auth_permission")


def migrated_template():
    """The name of a database with all migrations, made now if nobody did since the code changed.

    Several processes may ask at once: one makes it, the others wait."""
    name = f"{connection.settings_dict['TEST']['NAME']}_template"
    with connection._nodb_cursor() as cursor, _alone(cursor):
        if _said_of(cursor, name) != (code := _fingerprint()):
            _make(name)
            cursor.execute(f"COMMENT ON DATABASE {connection.ops.quote_name(name)} IS '{code}'")
    return name


@contextmanager
def taken_back():
    """What is written inside goes again; the code inside may hold its transactions for the outermost."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def empty():
    """Every row that was committed goes, in all tables but those that migrations fill.

    Django's own flush would write every permission anew each time.  Where there is little to delete, that takes a tenth
    of the time of truncating; but only a superuser may leave the rules out of it."""
    assert connection.settings_dict["NAME"].startswith("test_")
    with connection.as_owner(), transaction.atomic(), connection.cursor() as cursor:
        tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
        names = [connection.ops.quote_name(name) for name in sorted(tables.difference(STAYS).union(WORKERS))]
        cursor.execute(_IS_LITTLE, [LITTLE, names])
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(f"DELETE FROM {name}" for name in names))
        else:
            cursor.execute(f"TRUNCATE {', '.join(names)}")


def _fingerprint():
    found = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


@contextmanager
def _alone(cursor):
    # The limits on waiting are for pages.
    cursor.execute("SET lock_timeout = 0")
    cursor.execute("SET statement_timeout = 0")
    cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _said_of(cursor, name):
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    return next((said for (said,) in cursor.fetchall()), None)


def _make(name):
    usual = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"] = usual
