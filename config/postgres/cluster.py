"""The cluster on disk: made once, refused when it is not ours, never removed."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from config.postgres import binaries
from config.postgres.errors import ServerAway, ServerRefused

if TYPE_CHECKING:
    from config.postgres.account import Account
    from config.postgres.place import Place

DATABASE = "praxis"
OWNER = "postgres"
# The same order and upper() on every machine, whatever is installed there.
INITDB = (
    *("-U", OWNER, "-A", "trust", "-E", "UTF8"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
    *("--no-sync", "--no-instructions"),
)
PATIENCE = 120.0
# Says that a folder of this name is an unfinished one of ours, which may go.
MARK = "made-by-praxis"


def ensure(place: Place, *, durable: bool) -> None:
    """Make sure that a cluster of our version is there, with our database in it. To be called under the lock.

    durable: wait until a new one is on the disk.
    Raises: ServerRefused for a foreign folder or another version, ServerAway when it cannot be made."""
    version = place.cluster / "PG_VERSION"
    if version.exists():
        found = version.read_text().strip()
        if found != binaries.MAJOR:
            raise ServerRefused(
                f"The database in {place.cluster} is of PostgreSQL {found}; this Praxis brings PostgreSQL "
                f"{binaries.MAJOR}. Nothing was changed. Move it with pg_dump, or choose another folder with DATA_DIR."
            )
        return
    if place.cluster.exists() and (not place.cluster.is_dir() or any(place.cluster.iterdir())):
        raise ServerRefused(
            f"{place.cluster} is not ours: it is no PostgreSQL database, and it is not empty. "
            "Nothing was changed. Move it away, or choose another folder with DATA_DIR."
        )
    _clear_unfinished(place.cluster)
    _make(place, durable=durable)


def _make(place: Place, *, durable: bool) -> None:
    # Under a name of its own and moved at the end: a process that is killed meanwhile leaves no half cluster.
    part = Path(tempfile.mkdtemp(prefix=f"{place.cluster.name}.part-", dir=place.cluster.parent))
    (part / MARK).touch()
    made = part / "pg"
    made.mkdir(mode=0o700)
    if place.account is not None:
        part.chmod(0o755)
        os.chown(made, place.account.uid, place.account.gid)
    try:
        binaries.run("initdb", "-D", str(made), *INITDB, account=place.account, patience=PATIENCE)
        _make_database(made, place.account)
        if durable:
            binaries.run("initdb", "--sync-only", "-D", str(made), account=place.account, patience=PATIENCE)
    except binaries.ProgramFailed as exc:
        shutil.rmtree(part, ignore_errors=True)
        raise ServerAway(f"The database could not be made in {place.cluster}: {exc}") from exc
    made.rename(place.cluster)
    shutil.rmtree(part, ignore_errors=True)


def _make_database(cluster: Path, account: Account | None) -> None:
    binaries.run(
        *("postgres", "--single", "-F", "-c", "exit_on_error=on", "-D", str(cluster), "postgres"),
        said=f"CREATE DATABASE {DATABASE}\n",
        account=account,
        patience=PATIENCE,
    )


def _clear_unfinished(cluster: Path) -> None:
    for part in cluster.parent.glob(f"{cluster.name}.part-*"):
        if (part / MARK).exists():
            shutil.rmtree(part / "pg", ignore_errors=True)  # the mark goes last: what is left stays known as ours
            shutil.rmtree(part, ignore_errors=True)
