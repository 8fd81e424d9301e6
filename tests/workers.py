"""Workers that run beside a test, over its database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import connection

from clients.actions import records
from config.kernel.actions import action
from tests.mail_server import wait_until
from tests.working import KIND

ROOT = Path(__file__).resolve().parent.parent
# Seconds: known to be dead soon, as a test has no time.
PACE = {"WORKER_HEARTBEAT": "0.3", "WORKER_STALLED_AFTER": "2", "WORKER_LEAVE_WITHIN": "3", "MAIL_PATIENCE": "20"}


class WorkerProcess:
    """One, with what it wrote to its log; it ends with this process in any case."""

    def __init__(self, mail_port, log, **environment):
        self.log = log
        ours = {"RACE_DATABASE": connection.settings_dict["NAME"], "MAIL_PORT": str(mail_port)}
        with log.open("w") as written:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.working"],
                cwd=ROOT,
                env={**os.environ, **PACE, **ours, **environment},
                stdin=subprocess.PIPE,
                stdout=written,
                stderr=subprocess.STDOUT,
            )

    def said(self):
        return self.log.read_text()

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """At once, without a word to it."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()

    def end(self):
        """As it should; how it ended."""
        self.process.stdin.close()
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@contextmanager
def at_work(number, mail_port, folder, **environment):
    """So many at once, until the end; they have begun."""
    with ExitStack() as stack:
        made = []
        for each in range(number):
            made.append(WorkerProcess(mail_port, folder / f"worker{each}.log", **environment))
            stack.callback(made[-1].end)
        wait_until(lambda: one("SELECT count(*) FROM procrastinate_workers") >= 2 * number)
        yield made


@action
def queue(users, *, jobs=1):
    """News for each of them, with so many jobs for each message; the numbers of the messages."""
    made = []
    for user in users:
        message = records.queue_message(KIND, records.to_user(user.pk), f"user:{user.pk}")
        for _ in range(jobs - 1):
            records.deliver_later(message.pk)
        made.append(message.pk)
    return made


def one(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]
