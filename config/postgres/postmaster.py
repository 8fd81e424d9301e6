"""The server process of a cluster: is it there, start it, stop it. Whoever calls holds the lock."""

from __future__ import annotations

import errno
import os
import re
import shlex
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.postgres import binaries, place
from config.postgres.errors import ServerAway

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.postgres.place import Place

ATTEMPTS = 5
PAUSE = 0.5
STOP_PATIENCE = 20
BIRTH = 5.0  # seconds; a server fills its lock file at once
LOG_LIMIT = 5_000_000
# No network. Statements and their errors repeat what a client told a coach in confidence: the log takes neither.
SETTINGS: dict[str, Any] = {
    "listen_addresses": "",
    "port": place.PORT,
    "unix_socket_permissions": "0700",
    "max_connections": 200,
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
NOBODYS_PID = str(2**31 - 1)
# A full queue belongs to a server that lives.
ANSWERS = (0, errno.EAGAIN, errno.EINPROGRESS)


def answers(folder: Path) -> bool:
    """Whether somebody listens on the socket in the folder; the only proof that a server runs."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.settimeout(2)
        return knock.connect_ex(f"{folder}/.s.PGSQL.{place.PORT}") in ANSWERS


def whereabouts(cluster: Path) -> Path | None:
    """The folder whose socket the cluster's server answers on, or None when it is not running."""
    lines = _lines(cluster / "postmaster.pid")
    if len(lines) < 5 or not lines[4]:
        return None
    # The server's own word: another process may have another temporary folder than we have.
    folder = Path(lines[4])
    return folder if answers(folder) else None


def start(where: Place, *, settings: Mapping[str, Any], until: float) -> Path:
    """Start the server and return the folder of its socket.

    settings: added to ours, which they may replace. until: `time.monotonic()` by which it should answer.
    Raises: ServerAway, ServerRefused."""
    folder = place.socket_folder(where.cluster)
    words = [f"-c {name}={shlex.quote(_word(value))}" for name, value in (SETTINGS | dict(settings)).items()]
    words.append(f"-k {shlex.quote(str(folder))}")
    _turn_over(where.log)
    failure = ""
    for attempt in range(1, ATTEMPTS + 1):
        for lock in (where.cluster / "postmaster.pid", folder / f".s.PGSQL.{place.PORT}.lock"):
            _disown(lock, where.cluster)
        try:
            patience = max(1, round(until - time.monotonic()))
            _pg_ctl(where, "start", "-t", str(patience), "-o", " ".join(words), patience=patience + 5)
            return folder
        except binaries.ProgramFailed as exc:
            failure = str(exc)
        # Perhaps a starter that was killed had already begun.
        if running := whereabouts(where.cluster):
            return running
        # After a crash the old server's children need a moment to go.
        if attempt == ATTEMPTS or time.monotonic() + PAUSE > until:
            break
        time.sleep(PAUSE)
    raise ServerAway(f"PostgreSQL in {where.cluster} could not be started ({failure}).\n{_tail(where.log)}".strip())


def stop(where: Place) -> None:
    """Stop the server and wait until it is gone; whoever is connected loses the connection.

    Raises: ServerAway when it will not go."""
    for mode in ("fast", "immediate"):
        folder = whereabouts(where.cluster)
        if folder is None:
            return
        with suppress(binaries.ProgramFailed):
            _pg_ctl(where, "stop", "-m", mode, "-t", str(STOP_PATIENCE), patience=STOP_PATIENCE + 5)
        if folder != where.cluster:
            with suppress(OSError):
                folder.rmdir()
    if whereabouts(where.cluster) is not None:
        raise ServerAway(f"PostgreSQL in {where.cluster} could not be stopped.\n{_tail(where.log)}")


def _pg_ctl(where: Place, *args: str, patience: float) -> None:
    descriptor = os.open(where.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "ab") as log:
        binaries.run(
            "pg_ctl", "-s", "-w", *args, cluster=where.cluster, account=where.account, patience=patience, output=log
        )


def _word(value: Any) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().splitlines()
    except FileNotFoundError:
        return []


def _disown(lock: Path, cluster: Path) -> None:
    """Let the server start although the number of its dead predecessor is in use.

    PostgreSQL believes any living number in its lock files, even a zombie's (containers often reap late or
    never) or that of a stranger who got it after a reboot. So we write one that nobody can have; the other
    lines, by which it finds surviving children, stay."""
    lines = _lines(lock)
    if lines and lines[0].isdigit() and not _is_server_of(int(lines[0]), cluster):
        lock.write_text("\n".join([NOBODYS_PID, *lines[1:]]) + "\n")
    elif not lines:
        _drop_if_never_filled(lock)


def _drop_if_never_filled(lock: Path) -> None:
    # Left by a crash between making and filling it; PostgreSQL would wait for a person to remove it.
    with suppress(FileNotFoundError):
        if time.time() - lock.stat().st_mtime > BIRTH:
            lock.unlink()


def _is_server_of(pid: int, cluster: Path) -> bool:
    """Whether the process works in the cluster's folder, as its server does; True where nobody can tell."""
    process = Path("/proc") / str(pid)
    if not Path("/proc/self").exists():
        return True
    try:
        state = re.sub(r".*\)", "", (process / "stat").read_text(), flags=re.DOTALL).split()[0]
        return state not in {"Z", "X"} and (process / "cwd").readlink() == cluster.resolve()
    except OSError:
        return False  # gone, or not even of our account


def _turn_over(log: Path) -> None:
    with suppress(FileNotFoundError):
        if log.stat().st_size > LOG_LIMIT:
            log.rename(log.with_suffix(".log.1"))


def _tail(log: Path) -> str:
    with suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    return ""
