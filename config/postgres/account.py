"""Whose account PostgreSQL runs under: it refuses to be root."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.postgres.errors import ServerRefused

if TYPE_CHECKING:
    from pathlib import Path

LENDERS = ("postgres", "nobody")


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account that root borrows."""

    uid: int
    gid: int


def is_root() -> bool:
    return os.geteuid() == 0


def for_cluster(cluster: Path) -> Account | None:
    """The account that owns the cluster or shall own it; None is the account of this process.

    Raises: ServerRefused when root finds nobody to lend one."""
    if not is_root():
        return None
    try:
        # An account `postgres` may appear later; the files stay with whoever made them.
        owner = cluster.stat()
    except FileNotFoundError:
        return _lender()
    if owner.st_uid == 0:
        raise ServerRefused(f"{cluster} belongs to root, and PostgreSQL refuses to run as root.")
    return Account(uid=owner.st_uid, gid=owner.st_gid)


def _lender() -> Account:
    for name in LENDERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise ServerRefused(
        f"PostgreSQL refuses to run as root, and there is no account {' or '.join(LENDERS)} to run it with. "
        "Run this as an ordinary user, or set DATABASE_URL."
    )
