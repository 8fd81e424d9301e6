"""The embedded server as its users see it: there when needed, gone with the last of them.

The book-keeping is done by locks on two files, which the kernel drops with the process, however it
ends: `pg.lock` while somebody starts or stops the server, `pg.users` (shared) by each process that uses
it. Whoever leaves and gets `pg.users` for himself alone was the last, and stops the server."""

from __future__ import annotations

import atexit
import fcntl
import os
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, TypedDict

from config.postgres import cluster, place, postmaster
from config.postgres.errors import ServerAway

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# Seconds. The first start may have to recover from a crash; a request that is being answered cannot wait so long.
FIRST_PATIENCE = 60.0
LATER_PATIENCE = 2.0
LEAVE_PATIENCE = 30.0
BUSY = "PostgreSQL has been starting or stopping for too long."


class Address(TypedDict):
    """What a connection needs to know."""

    host: str
    port: int
    user: str


@dataclass
class Use:
    """This process's share in the server of one data folder."""

    users: IO[str]
    socket: Path
    seen_at: float
    failed_at: float = float("-inf")
    failure: str = ""

    def answers(self, *, seen_within: float = 0.0) -> bool:
        """Whether the server answers, or did so within the last seconds."""
        if time.monotonic() - self.seen_at < seen_within:
            return True
        if not postmaster.answers(self.socket):
            return False
        self.seen_at = time.monotonic()
        return True

    def address(self) -> Address:
        return {"host": str(self.socket), "port": place.PORT, "user": cluster.OWNER}


_mutex = threading.Lock()
_uses: dict[str, Use] = {}


def ensure_running(
    data_dir: str | Path, *, settings: Mapping[str, Any] | None = None, seen_within: float = 0.0
) -> Address:
    """The address of the data folder's server, which is made and started if need be.

    This process counts as a user of the server from now on, until it ends or calls `release`.
    settings: for `postgres -c`, used if the server has to be started.
    seen_within: seconds for which an earlier look is still believed.
    Raises: ServerRefused, ServerAway. Once it has been running for this process, within 3 s."""
    key = str(data_dir)
    asked_at = time.monotonic()
    use = _uses.get(key)
    if use is not None and use.answers(seen_within=seen_within):
        return use.address()
    until = asked_at + (FIRST_PATIENCE if use is None else LATER_PATIENCE)
    with _only_thread(until=until):
        use = _uses.get(key)
        if use is not None and use.answers():
            return use.address()
        # Who waited while another thread tried in vain need not try in vain once more.
        if use is not None and use.failed_at > asked_at:
            raise ServerAway(use.failure)
        return _take_part(key, settings or {}, until=until).address()


def is_running(data_dir: str | Path) -> bool:
    """Whether the server that this process uses answers at this moment."""
    use = _uses.get(str(data_dir))
    return use is not None and use.answers()


def release(data_dir: str | Path) -> None:
    """Give up this process's share; the last one to do so stops the server. Does nothing without a share."""
    with _mutex:
        use = _uses.pop(str(data_dir), None)
        if use is None:
            return
        with use.users:
            if not place.folder_of(data_dir).exists():
                return
            with _starting_or_stopping(data_dir, until=time.monotonic() + LEAVE_PATIENCE):
                try:
                    fcntl.flock(use.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return  # others still use it
                _stop(data_dir)


def stop(data_dir: str | Path) -> None:
    """Stop the server at once, whoever uses it, and give up this process's share.

    Any later connection, of any process, starts it again.
    Raises: ServerAway when it cannot be stopped, ServerRefused when the folder is not ours."""
    with _mutex:
        use = _uses.pop(str(data_dir), None)
        if use is not None:
            use.users.close()
        if place.folder_of(data_dir).exists():
            with _starting_or_stopping(data_dir, until=time.monotonic() + LEAVE_PATIENCE):
                _stop(data_dir)


def _take_part(key: str, settings: Mapping[str, Any], *, until: float) -> Use:
    folder = place.folder_of(key)
    place.make_folder(folder)
    before = _uses.get(key)
    with ExitStack() as unless_done:
        # Opened anew each time: the data folder may have been removed and made again.
        users = unless_done.enter_context((folder / "pg.users").open("a"))
        try:
            with _starting_or_stopping(key, until=until):
                fcntl.flock(users, fcntl.LOCK_SH)
                socket = _start_unless_running(key, settings, until=until)
        except ServerAway as exc:
            if before is not None:
                before.failed_at, before.failure = time.monotonic(), str(exc)
            raise
        unless_done.pop_all()
    if before is not None:
        before.users.close()
    _uses[key] = Use(users=users, socket=socket, seen_at=time.monotonic())
    return _uses[key]


def _start_unless_running(data_dir: str, settings: Mapping[str, Any], *, until: float) -> Path:
    where = place.prepare(data_dir)
    cluster.ensure(where, durable=settings.get("fsync") not in {"off", False})
    if running := postmaster.whereabouts(where.cluster):
        return running
    for old in place.abandoned(where):
        postmaster.stop(old)
    return postmaster.start(where, settings=settings, until=until)


@contextmanager
def _only_thread(*, until: float) -> Iterator[None]:
    mutex = _mutex
    if not mutex.acquire(timeout=max(0.0, until - time.monotonic())):
        raise ServerAway(BUSY)
    try:
        yield
    finally:
        mutex.release()


@contextmanager
def _starting_or_stopping(data_dir: str | Path, *, until: float) -> Iterator[None]:
    with (place.folder_of(data_dir) / "pg.lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise ServerAway(BUSY) from None
                time.sleep(0.02)
        yield


def _stop(data_dir: str | Path) -> None:
    if (where := place.find(data_dir)) is not None:
        postmaster.stop(where)


def _leave() -> None:
    for data_dir in list(_uses):
        release(data_dir)


def _forget() -> None:
    """In a forked child: the shares are the parent's. Closing our copies leaves the parent's locks alone."""
    global _mutex  # noqa: PLW0603  the parent's may be held by a thread that does not exist here
    _mutex = threading.Lock()
    for use in _uses.values():
        use.users.close()
    _uses.clear()


# Registered before anything that uses the database can be, so it runs after them.
atexit.register(_leave)
os.register_at_fork(after_in_child=_forget)
