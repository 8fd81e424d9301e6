"""Two running sites over the test's database: the real one, and one without protection as the control."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.races import people, truth

ROOT = Path(__file__).resolve().parent.parent.parent
STARTS_WITHIN = 60


class Site:
    """So many uvicorn processes behind one port, and what they wrote to their log."""

    def __init__(self, application, database, log, *, processes):
        self.log = log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            application,
            "--port",
            str(self.port),
            "--lifespan",
            "off",
            "--workers",
            str(processes),
        ]
        with log.open("w") as written:
            self.process = subprocess.Popen(
                [*command, "--log-level", "warning"],
                cwd=ROOT,
                env={**os.environ, "RACE_DATABASE": database},
                stdout=written,
                stderr=subprocess.STDOUT,
            )

    def wait(self):
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self.process.poll() is None:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        pytest.fail(f"the site did not start:\n{self.said()}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def said(self):
        return self.log.read_text()

    def retries(self):
        """How often an action had to be tried again."""
        return len(re.findall("is tried again", self.said()))


def _running(application, tmp_path_factory, *, processes):
    log = tmp_path_factory.mktemp("races") / "site.log"
    site = Site(application, connection.settings_dict["NAME"], log, processes=processes).wait()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def _real_site(django_db_setup, tmp_path_factory):
    yield from _running("tests.races.site:application", tmp_path_factory, processes=2)


@pytest.fixture
def guarded(_real_site, transactional_db, request):
    """The site as it is; whatever goes wrong inside it fails the test, a deadlock that was got over as well."""
    before, deadlocks = len(_real_site.said()), truth.deadlocks()
    people.seen.clear()
    yield _real_site
    news = _real_site.said()[before:]
    assert "Traceback" not in news, news[-6000:]
    assert [each for each in people.seen if not 200 <= each.status < 500] == []
    assert truth.deadlocks() == deadlocks
    if people.seen:
        print(people.figures(request.node.name, people.seen))
        print(
            people.spread("the actions alone", [float(took) for took in re.findall(r"action took ([\d.]+) ms", news)])
        )


@pytest.fixture(scope="session")
def unguarded(django_db_setup, tmp_path_factory):
    """The site without locks, and slow between judging and writing: one process is enough to go wrong in."""
    yield from _running("tests.races.unguarded:application", tmp_path_factory, processes=1)


@pytest.fixture
def no_protection(transactional_db):
    """The rules of the database that a race could break are away; afterwards they stand again."""
    with truth.rules_away():
        yield
