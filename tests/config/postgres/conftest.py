"""Data folders of their own, used by Pythons of their own: no Django of the suite, no server of the suite."""

from __future__ import annotations

import functools
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
PACKAGES = Path(pytest.__file__).resolve().parents[1]
# What a test writes is run after this, in a process that knows nothing of our settings.
PRELUDE = """
import json, os, signal, sys, time
folder, options, database = json.loads(sys.argv[1])

def ready(*said):
    print(*said, flush=True)
    sys.stdin.readline()

def postmaster():
    return int(open(os.path.join(folder, "pg", "postmaster.pid")).readline())

def kill_server():
    while True:
        try:
            os.kill(postmaster(), signal.SIGKILL)
            break
        except (FileNotFoundError, ProcessLookupError):
            time.sleep(0.01)  # it is just being started
    time.sleep(0.1)
"""
BARE = """
import psycopg
from config.postgres import server

def ask(sql):
    where = server.ensure_running(folder, settings=options.get("server_settings"))
    with psycopg.connect(dbname=database, autocommit=True, **where) as connection:
        answer = connection.execute(sql)
        return answer.fetchone()[0] if answer.description else None
"""
DJANGO = """
import django
from django.conf import settings

plain = {"ENGINE": "config.postgres", "NAME": database, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}
pool = {"min_size": 1, "max_size": 20, "timeout": 2}
settings.configure(USE_TZ=True, DATABASES={"default": plain, "pooled": plain | {"OPTIONS": options | {"pool": pool}}})
django.setup()
from django.db import OperationalError, connection, connections, transaction

def ask(sql, alias="default"):
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None
"""


class Site:
    """A data folder, and processes of one account that use it."""

    def __init__(self, folder, *, account=None, python=sys.executable):
        self.folder, self.account, self.python = Path(folder), account, python
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if account:
            os.chown(self.folder.parent, account.pw_uid, account.pw_gid)

    @property
    def cluster(self):
        return self.folder / "pg"

    def start(self, code, *, django=False, env=None, umask=-1, **options):
        """A process that runs the code; it goes on after `ready()` when it is given a line or its end."""
        options = {"data_dir": str(self.folder), "server_settings": {"fsync": "off"}, **options}
        given = json.dumps([str(self.folder), options, options.pop("database", "praxis")])
        return subprocess.Popen(
            [self.python, "-c", PRELUDE + (DJANGO if django else BARE) + code, given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{PROJECT}:{PACKAGES}", **(env or {})},
            umask=umask,
            **({"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}),
        )

    def run(self, code, **options):
        """What the code says, once the process has ended well."""
        return self.end(self.start(code, **options))

    def refused(self, code, **options):
        """The last words of the code, which must end with an error."""
        process = self.start(code, **options)
        said, complaint = process.communicate(timeout=60)
        assert process.returncode == 1, said + complaint
        return complaint.strip().splitlines()[-1]

    @staticmethod
    def end(process):
        said, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, said + complaint
        # A pool that loses its server says so, nobody else has anything to say.
        assert not complaint or "error connecting in 'pool-" in complaint or "discarding" in complaint, complaint
        return said.strip()

    @staticmethod
    def kill(process, number=signal.SIGKILL):
        process.send_signal(number)
        process.communicate(timeout=60)

    def servers(self):
        """The processes that work in the cluster's folder, zombies left out."""
        if not Path("/proc/self").exists():
            pytest.skip("servers are counted in /proc")
        cluster = str(self.cluster.resolve())
        return [pid for pid in Path("/proc").iterdir() if pid.name.isdigit() and _folder_of(pid) == cluster]

    def remove(self):
        if self.servers():
            self.run("server.stop(folder)")
        if self.cluster.is_symlink():
            shutil.rmtree(self.cluster.readlink(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _folder_of(process):
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return None


@functools.cache
def ordinary_account():
    """An account and a Python that it may run, or None."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("nobody")
    for python in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        try:
            found = subprocess.run(
                [python, "-c", "import config.postgres.server, psycopg"],
                check=False,
                capture_output=True,
                cwd="/",
                env={"PYTHONPATH": f"{PROJECT}:{PACKAGES}"},
                user=account.pw_uid,
                group=account.pw_gid,
                extra_groups=[],
            )
        except OSError:
            continue
        if found.returncode == 0:
            return account, python
    return None


@pytest.fixture(scope="session")
def new_site():
    """Makes sites in a folder that other accounts can reach; all are stopped and removed at the end."""
    made = []

    def make(name="data", *, ordinary=False):
        who = ordinary_account() if ordinary else None
        if ordinary and who is None:
            pytest.skip("not root, or no Python that the account nobody may run")
        top = Path(tempfile.mkdtemp(prefix="praxis-test-", dir="/tmp"))
        made.append((top, Site(top / name, **({"account": who[0], "python": who[1]} if who else {}))))
        return made[-1][1]

    yield make
    for top, site in made:
        site.remove()
        shutil.rmtree(top, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_site(new_site):
    """One cluster for all tests that do not need a new one."""
    site = new_site()
    site.run("ask('CREATE TABLE kept (n int)')")
    return site


@pytest.fixture
def site(shared_site):
    yield shared_site
    assert not shared_site.servers(), "a test left a server behind"


@pytest.fixture(params=["own account", "ordinary account"])
def fresh(request, new_site):
    """A site without a cluster, for whoever runs the tests, and for an ordinary user where that is root."""
    site = new_site(ordinary=request.param == "ordinary account")
    yield site
    site.remove()
