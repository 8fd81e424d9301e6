"""Whether the house stands: each finding in words, with what to do next.

Asked by `/readyz`, by `manage.py doctor`, and by nobody's page."""

from __future__ import annotations

import datetime as dt
import time
import zoneinfo
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.utils import Error as DatabaseError

from config.health.finding import Finding, rows
from config.health.news import outbox, undelivered, worker

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SPARED", "Finding", "everything", "ready"]

OLDEST_SERVER = 160000
LARGEST_SKEW = dt.timedelta(seconds=2)
# Without these a web process serves people all the same.
SPARED = frozenset({"worker", "outbox"})
OVERLAP_RULES = ("session_provider_no_overlap", "session_client_no_overlap")


class Unreachable(Exception):
    """The database did not answer in time, or must not be used as it is; the words say which."""


@contextmanager
def fresh_connection() -> Iterator[psycopg.Connection]:
    """A connection of its own, so that a full or stale pool cannot hide how the server is.

    Raises: Unreachable, within 3 s."""
    try:
        # Without Django's adapters and cursor: they suit connections that Django itself has set up.
        theirs = ("context", "cursor_factory", "options", "connect_timeout")
        params = {name: value for name, value in connection.get_connection_params().items() if name not in theirs}
        raw = psycopg.connect(**params, connect_timeout=2, options="-c statement_timeout=1000", autocommit=True)
    except ImproperlyConfigured as exc:
        raise Unreachable(str(exc)) from exc
    except (psycopg.Error, DatabaseError, OSError) as exc:
        raise Unreachable("The database does not answer.") from exc
    with raw:
        try:
            yield raw
        except psycopg.OperationalError as exc:
            raise Unreachable("The database stopped answering.") from exc


def unreachable(words: str) -> Finding:
    """The one finding there is while the database does not answer."""
    return Finding(
        name="database",
        ok=False,
        words=words,
        next_step="Start it, or look at DATABASE_URL (unset, the embedded server in DATA_DIR is used and its log is there).",
    )


def database(raw: psycopg.Connection) -> Finding:
    """Server, role and the two rules that everything rests on."""
    ((version, number),) = rows(
        raw, "SELECT current_setting('server_version'), current_setting('server_version_num')::int"
    )
    if number < OLDEST_SERVER:
        return Finding(
            name="database",
            ok=False,
            words=f"PostgreSQL {version} is too old.",
            next_step="Move to PostgreSQL 16 or newer.",
        )
    ((member,),) = rows(
        raw,
        "SELECT coalesce(bool_or(pg_has_role(session_user, oid, 'MEMBER')), false) FROM pg_roles WHERE rolname = %s",
        settings.SITE_ROLE,
    )
    if not member:
        return Finding(
            name="database",
            ok=False,
            words=f"The role {settings.SITE_ROLE} is missing, or this login may not take it on.",
            next_step="Run: python manage.py migrate",
        )
    return Finding(
        name="database", ok=True, words=f"PostgreSQL {version} answers, and the role {settings.SITE_ROLE} is there."
    )


def rules(raw: psycopg.Connection) -> Finding:
    """Whether the database itself refuses two sessions at one time."""
    found = rows(
        raw,
        "SELECT conname FROM pg_constraint WHERE contype = 'x' AND convalidated AND conname = ANY(%s)",
        list(OVERLAP_RULES),
    )
    missing = sorted(set(OVERLAP_RULES) - {name for (name,) in found})
    if missing:
        return Finding(
            name="rules",
            ok=False,
            words=f"The database lets sessions overlap: {', '.join(missing)} is missing.",
            next_step="Run: python manage.py migrate. If it stays missing, restore the database from a backup.",
        )
    return Finding(name="rules", ok=True, words="The database itself refuses sessions that overlap.")


def migrations(raw: psycopg.Connection) -> Finding:
    """Whether the tables are those of this code."""
    ((table,),) = rows(raw, "SELECT to_regclass('django_migrations')::text")
    applied = set(rows(raw, "SELECT app, name FROM django_migrations")) if table else set()
    missing = sorted(_last_migrations() - applied)
    if missing:
        named = ", ".join(f"{app} {name}" for app, name in missing[:3])
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        return Finding(
            name="migrations",
            ok=False,
            words=f"Migrations are waiting: {named}{more}.",
            next_step="Run: python manage.py migrate",
        )
    return Finding(name="migrations", ok=True, words="All migrations are applied.")


@lru_cache(maxsize=1)
def _last_migrations() -> set[tuple[str, str]]:
    # Files of this code, which do not change while it runs.
    return set(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def translations() -> Finding:
    """Whether every catalogue is compiled and newer than its words."""
    stale = [
        po for folder in settings.LOCALE_PATHS for po in Path(folder).glob("*/LC_MESSAGES/*.po") if not _compiled(po)
    ]
    if stale:
        languages = ", ".join(sorted({po.parent.parent.name for po in stale}))
        return Finding(
            name="translations",
            ok=False,
            words=f"Translations are not compiled: {languages}.",
            next_step="Run: make compile",
        )
    return Finding(name="translations", ok=True, words="All translations are compiled.")


def _compiled(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime


def clock(raw: psycopg.Connection) -> Finding:
    """Whether this machine and the database agree on what time it is, and on the practice's zone."""
    started = time.monotonic()
    ((theirs,),) = rows(raw, "SELECT clock_timestamp()")
    skew = abs(dt.datetime.now(dt.UTC) - theirs) - dt.timedelta(seconds=time.monotonic() - started)
    if skew > LARGEST_SKEW:
        return Finding(
            name="clock",
            ok=False,
            words=f"The clocks of this machine and of the database are {skew.total_seconds():.0f} s apart.",
            next_step="Turn on time synchronisation (NTP) on both.",
        )
    return _time_zone(raw, settings.PRACTICE_TIME_ZONE)


def _time_zone(raw: psycopg.Connection, name: str) -> Finding:
    try:
        zone = zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return Finding(
            name="clock",
            ok=False,
            words=f"This machine does not know the time zone {name}.",
            next_step="Correct PRACTICE_TIME_ZONE, or install the package tzdata.",
        )
    noons = [
        dt.datetime(dt.datetime.now(dt.UTC).year, month, 15, 12, tzinfo=dt.UTC) for month in (1, 7)
    ]  # winter, summer
    for noon in noons:
        try:
            ((theirs,),) = rows(raw, "SELECT %s::timestamptz AT TIME ZONE %s", noon, name)
        except psycopg.DataError:
            theirs = None
        if theirs != noon.astimezone(zone).replace(tzinfo=None):
            return Finding(
                name="clock",
                ok=False,
                words=f"This machine and the database disagree about the time in {name}.",
                next_step="Update the time zone data of both (package tzdata), then restart.",
            )
    return Finding(name="clock", ok=True, words=f"The clocks agree, and both know the zone {name}.")


def ready() -> list[Finding]:
    """What a balancer asks: does the database answer, and does it fit this code?  At most 3 s."""
    return _looked_at(database, migrations, worker, outbox)


def everything() -> list[Finding]:
    """What a person asks who wants to know what is wrong."""
    return [*_looked_at(database, migrations, rules, clock, worker, outbox, undelivered), translations()]


def _looked_at(*looks: Any) -> list[Finding]:
    findings: list[Finding] = []
    try:
        with fresh_connection() as raw:
            findings.extend(look(raw) for look in looks)
    except psycopg.errors.UndefinedTable:
        pass  # what is missing was said of the migrations
    except Unreachable as exc:
        return [unreachable(str(exc))]
    return findings
