"""The worker: what waits to be told is told, mails leave, and what time brings is done.

Two queues are worked at side by side, so that nothing ever waits for a mail server but mails.  While the database is
away this waits for it, and goes on when it is back."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.db.utils import Error as DatabaseError
from procrastinate.contrib.django import app, connector_params
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DEFAULT_QUEUE, DeleteJobCondition
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker

from clients.actions.records import MAILS
from config import children
from config.postgres.errors import ServerAway

if TYPE_CHECKING:
    from procrastinate.connector import BaseConnector

# Seconds.  A life shorter than STEADY is followed by a pause, twice as long each time.
STEADY = 10.0
PAUSES = (0.25, 2.0)
ANSWER_WITHIN = 3.0
# For what was missed of what the database says by itself.
POLL_EVERY = 1.0
CHILD = children.Child(name="worker", arguments=("manage.py", "worker", "--with-parent"))
AWAY = (ConnectorException, DatabaseError, ServerAway, OSError)

log = logging.getLogger("praxis.worker")


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How much is worked at once, and how the worker is known to live; all times in seconds."""

    jobs_at_once: int
    mails_at_once: int
    heartbeat: float
    stalled_after: float
    leave_within: float

    @classmethod
    def from_settings(cls) -> Pace:
        """As the environment says."""
        return cls(
            jobs_at_once=settings.WORKER_JOBS_AT_ONCE,
            mails_at_once=settings.WORKER_MAILS_AT_ONCE,
            heartbeat=settings.WORKER_HEARTBEAT,
            stalled_after=settings.WORKER_STALLED_AFTER,
            leave_within=settings.WORKER_LEAVE_WITHIN,
        )


def work(pace: Pace) -> None:
    """Work until SIGTERM, SIGINT or SIGHUP; what is begun is brought to its end, unless that takes too long.

    Whatever is left undone then is taken up by another worker, or by the next."""
    asyncio.run(_Working(pace).until_told())


class InTransaction(PsycopgConnector):
    """procrastinate's way to the database for its own loop; what an action defers stands or falls with the action."""

    def get_sync_connector(self) -> BaseConnector:
        """Django's connection of this thread, with the transaction that may be open there."""
        return DjangoConnector()


class Giving(Worker):
    """A worker that never keeps a job which it could not put away: it ends, and the job is taken up."""

    async def _persist_job_status(self, **how: Any) -> None:  # type: ignore[override]
        try:
            await super()._persist_job_status(**how)
        except ConnectorException:
            log.warning("job %s could not be put away", how["job"].id)
            self.stop()


class _Working:
    """One worker process: for each queue one life after another, until somebody says that it is time to go."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._workers: dict[str, Worker] = {}
        self._leaving = asyncio.Event()

    async def until_told(self) -> None:
        loop = asyncio.get_running_loop()
        at_once = {DEFAULT_QUEUE: self._pace.jobs_at_once, MAILS: self._pace.mails_at_once}
        # A job holds a thread; what the loop itself needs one for must not wait for jobs.
        loop.set_default_executor(ThreadPoolExecutor(sum(at_once.values()) + 4, "job"))
        for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(ending, self._leave)
        with app.replace_connector(_connector()):
            async with app.open_async():
                app.perform_import_paths()
                await asyncio.gather(*(self._lives(queue, number) for queue, number in at_once.items()))

    def _leave(self) -> None:
        if self._leaving.is_set():
            return
        self._leaving.set()
        for worker in self._workers.values():
            worker.stop()
        asyncio.get_running_loop().call_later(self._pace.leave_within, _break_off)

    async def _lives(self, queue: str, at_once: int) -> None:
        pause = 0.0
        while not self._leaving.is_set():
            begun = time.monotonic()
            self._workers[queue] = self._worker(queue, at_once)
            try:
                await self._workers[queue].run()
            except AWAY as exc:
                log.warning("the worker of %s has lost the database: %s", queue, type(exc).__name__)
            pause = 0.0 if time.monotonic() - begun > STEADY else min(max(2 * pause, PAUSES[0]), PAUSES[1])
            await self._rest(pause)

    async def _rest(self, pause: float) -> None:
        try:
            await asyncio.wait_for(self._leaving.wait(), pause)
        except TimeoutError:
            pass

    def _worker(self, queue: str, at_once: int) -> Worker:
        how: dict[str, Any] = {
            **app.worker_defaults,
            "name": queue,
            "queues": [queue],
            "concurrency": at_once,
            "fetch_job_polling_interval": POLL_EVERY,
            "delete_jobs": DeleteJobCondition.SUCCESSFUL,
            "install_signal_handlers": False,
            "update_heartbeat_interval": self._pace.heartbeat,
            "stalled_worker_timeout": self._pace.stalled_after,
        }
        return Giving(app, **how)


def _connector() -> InTransaction:
    """Connections that are made when they are needed, and again when the database is back."""
    return InTransaction(kwargs=_find_database, min_size=0, max_size=6, timeout=ANSWER_WITHIN)


async def _find_database() -> dict[str, Any]:
    """How to reach it, with the limits and the rights of the site; asking brings the embedded server back."""
    params = await asyncio.to_thread(connector_params)
    options = f"{params.get('options', '')} -c role={settings.SITE_ROLE}".strip()
    return {**params, "options": options}


def _break_off() -> NoReturn:
    """End although a job is at work: it waits for a mail server, or for a lock, and would have to be killed."""
    log.warning("a job has not ended in time and is left to the next worker")
    os._exit(1)
