"""Where the server of one data folder keeps its things. Nothing here starts or stops anything.

Locks and log are always in the data folder. An ordinary user's cluster is there too, as `pg`. Root's
cluster is in /var/lib/praxis, because the borrowed account cannot look into root's folders and we
open none of them to it; `pg` is then a link, so that removing the data folder means starting anew."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from config.postgres import account
from config.postgres.errors import ServerRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

STORE = Path("/var/lib/praxis")
PORT = 5432
# A socket's address holds 103 bytes on macOS and 107 on Linux, "/.s.PGSQL.5432.lock" included.
LONGEST_SOCKET_FOLDER = 85


@dataclass(frozen=True, kw_only=True)
class Place:
    """The data folder, the cluster in it or linked from it, and the account that runs it."""

    folder: Path
    cluster: Path
    account: account.Account | None

    @property
    def lock(self) -> Path:
        """Locked while the server is being started or stopped."""
        return self.folder / "pg.lock"

    @property
    def users(self) -> Path:
        """Locked, shared, by every process that uses the server."""
        return self.folder / "pg.users"

    @property
    def log(self) -> Path:
        return self.folder / "pg.log"


def folder_of(data_dir: str | Path) -> Path:
    return Path(data_dir).expanduser().resolve()


def find(data_dir: str | Path) -> Place | None:
    """The place as it is, or None when no cluster was ever made there.

    Raises: ServerRefused when something foreign is in the way."""
    folder = folder_of(data_dir)
    cluster = _root_cluster(folder) if account.is_root() else _own_cluster(folder)
    if cluster is None or not (cluster / "PG_VERSION").exists():
        return None
    return Place(folder=folder, cluster=cluster, account=account.for_cluster(cluster))


def prepare(data_dir: str | Path) -> Place:
    """The place with its folder made, and for root with its link. To be called under the lock.

    Raises: ServerRefused when something foreign is in the way or nothing can be written."""
    folder = folder_of(data_dir)
    if not account.is_root():
        return Place(folder=folder, cluster=_own_cluster(folder), account=None)
    cluster = _root_cluster(folder) or _new_root_cluster(folder)
    return Place(folder=folder, cluster=cluster, account=account.for_cluster(cluster))


def abandoned(where: Place) -> Iterator[Place]:
    """Root's clusters for data folders that were removed from this very path; their servers serve nobody."""
    if where.account is not None:
        for cluster in STORE.glob(f"{_root_name(where.folder)}*"):
            if cluster != where.cluster and (cluster / "PG_VERSION").exists():
                yield Place(folder=where.folder, cluster=cluster, account=account.for_cluster(cluster))


def make_folder(folder: Path) -> None:
    """Make sure the data folder is there and can be written.

    Raises: ServerRefused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise _cannot_write(folder, exc) from exc
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ServerRefused(f"The folder {folder} cannot be written by this account. Choose another with DATA_DIR.")


def socket_folder(cluster: Path) -> Path:
    """A folder for the socket, made if need be: the cluster itself, or a closed one with a shorter name.

    Raises: ServerRefused when somebody else holds that name in the temporary folder."""
    if len(os.fsencode(cluster)) < LONGEST_SOCKET_FOLDER and not set(str(cluster)) & set(",\"'\\"):
        return cluster
    # The inode belongs to the name: a cluster made anew must not meet the server of a removed one.
    tag = hashlib.sha256(f"{cluster}:{cluster.stat().st_ino}".encode()).hexdigest()[:12]
    short = Path(tempfile.gettempdir()).resolve() / f"praxis-{os.geteuid()}-{tag}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise ServerRefused(
            f"{short} is needed for PostgreSQL's socket, but it is not a closed folder of this account."
        )
    return short


def _own_cluster(folder: Path) -> Path:
    cluster = folder / "pg"
    try:
        (cluster / "PG_VERSION").exists()
    except PermissionError as exc:
        raise ServerRefused(
            f"The database of {folder} was made by another account, perhaps by root: run this as that account, "
            "or choose another folder with DATA_DIR."
        ) from exc
    return cluster


def _root_cluster(folder: Path) -> Path | None:
    link = folder / "pg"
    if link.is_symlink():
        cluster = link.readlink()
        # Root follows a link only to where root itself makes them lead.
        if cluster.parent != STORE:
            raise ServerRefused(f"{link} leads to {cluster}; run as root, it may only lead into {STORE}.")
        return cluster
    if not link.exists():
        return None
    if (link / "PG_VERSION").exists():
        raise ServerRefused(
            f"The database in {link} was made by an ordinary user: run this as that user, "
            "or choose another folder with DATA_DIR."
        )
    raise ServerRefused(f"{link} is not ours: it is no PostgreSQL database. Move it away, or set DATA_DIR.")


def _new_root_cluster(folder: Path) -> Path:
    try:
        STORE.mkdir(mode=0o755, parents=True, exist_ok=True)
        STORE.chmod(0o755)  # ours; the umask of root may be narrow
        if not os.access(STORE, os.W_OK):
            raise PermissionError(f"not writable: {STORE}")
        name = _root_name(folder)
        # The plain name may be taken by the cluster of a data folder that was removed; that one is left alone.
        names = (name if number == 1 else f"{name}-{number}" for number in count(1))
        cluster = next(STORE / free for free in names if not (STORE / free).exists())
        (folder / "pg").symlink_to(cluster)
    except OSError as exc:
        raise _cannot_write(STORE, exc) from exc
    return cluster


def _root_name(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def _cannot_write(folder: Path, exc: OSError) -> ServerRefused:
    return ServerRefused(
        f"The embedded PostgreSQL needs {folder}, which cannot be written ({exc.strerror or exc}). "
        "Choose a folder with DATA_DIR, run as an ordinary user, or set DATABASE_URL."
    )
