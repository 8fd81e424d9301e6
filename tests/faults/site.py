"""The demo as a site whose processes are killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection

from config.postgres import cluster, place, postmaster
from tests import demo

STARTS_WITHIN = 90


class Site:
    """A demo of its own, with a database of its own."""

    def __init__(self, data_dir):
        self.data_dir, self.log = data_dir, data_dir.with_name("site.log")
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = door.getsockname()[1]
        with self.log.open("w") as written:
            self.process = demo.start(
                self.port,
                data_dir,
                # Who is signed in by this test is signed in there.
                environment={"SECRET_KEY": settings.SECRET_KEY},
                stdout=written,
                stderr=subprocess.STDOUT,
            )

    def wait(self):
        until = time.monotonic() + STARTS_WITHIN
        while "Praxis is ready" not in self.said():
            if time.monotonic() > until or self.process.poll() is not None:
                pytest.fail(f"the demo did not start:\n{self.said()}")
            time.sleep(0.05)
        return self

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        outside = self.data_dir / "pg"
        if outside.is_symlink():  # root's clusters are not in the data folder
            shutil.rmtree(outside.readlink())

    def said(self):
        return self.log.read_text()

    def web(self):
        """The number of the process that answers, or None."""
        return demo.web_process(self.process)

    def postgres(self):
        """The number of the database's first process, or None."""
        with suppress(OSError, ValueError):
            number = int((self._cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(number, 0)
            return number
        return None

    @contextmanager
    def database(self):
        """Inside, this process's connection is to the site's database; it does not start it, should it be dead."""
        there = {
            "NAME": cluster.DATABASE,
            "USER": cluster.OWNER,
            "HOST": str(postmaster.whereabouts(self._cluster)),
            "PORT": place.PORT,
            "OPTIONS": {
                name: value
                for name, value in connection.settings_dict["OPTIONS"].items()
                if name not in {"data_dir", "server_settings"}
            },
        }
        connection.close()
        with mock.patch.dict(connection.settings_dict, there):
            try:
                yield
            finally:
                connection.close()

    @property
    def _cluster(self):
        return place.find(self.data_dir).cluster


def kill(number):
    """End a process at once, without a word to it."""
    os.kill(number, signal.SIGKILL)
    while demo.lives(number):
        time.sleep(0.001)
