"""The demo, as `make run` starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def start(port, data_dir, *, environment=None, **streams):
    """The process of the demo at that port, with its database in that folder; what it says can be read."""
    ours = {"DJANGO_SETTINGS_MODULE": "config.settings.demo", "DATA_DIR": str(data_dir)}
    theirs = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SITE_URL"}}
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=theirs | ours | (environment or {}),
        text=True,
        **{"stdout": subprocess.PIPE, **streams},
    )


def web_process(running):
    """The number of the process that answers for the demo, or None while there is none."""
    return _child(running, b"config.serving")


def worker(running):
    """The number of the demo's worker, or None while there is none."""
    return _child(running, b"worker")


def lives(number):
    """Whether a process does anything any more; its number may stay in use until somebody asks how it ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


def _child(running, what):
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    return next((int(each) for each in children if what in _command(each)), None)


def _command(number):
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except FileNotFoundError:  # gone since we looked
        return b""
