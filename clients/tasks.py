"""The worker's jobs of this room; each is given ids only."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app

from clients.actions import deliver, overdue, records
from config.kernel import time

if TYPE_CHECKING:
    from procrastinate.jobs import Job

# Seconds.  The clocks of this machine and of the database may differ by a little: not sooner than this.
SHORTEST_PAUSE = 0.2


class Backoff(BaseRetryStrategy):
    """Again when the exception says, or after twice as long each time; nothing is ever lost."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        now = time.now()
        if isinstance(exception, deliver.Later):
            return RetryDecision(retry_at=max(exception.at, now + dt.timedelta(seconds=SHORTEST_PAUSE)))
        pause = min(2 ** min(job.attempts, 16), deliver.LONGEST_PAUSE)
        return RetryDecision(retry_at=now + dt.timedelta(seconds=pause))


@app.task(name="deliver", retry=Backoff())
def deliver_message(message_id: int) -> None:
    """Tell one message of the outbox; its mail is another queue's, so that no page waits for a mail server."""
    if deliver.tell(message_id, now=time.now()):
        records.mail_later(message_id)


@app.task(name="mail", queue=records.MAILS, retry=Backoff())
def mail_message(message_id: int) -> None:
    """Do what remains to be done about a message: send its mail."""
    deliver.deliver(message_id, now=time.now())


@app.periodic(cron="* * * * *")
@app.task(name="sweep", queueing_lock="sweep", lock="sweep", priority=records.SOON)
def sweep(timestamp: int) -> None:
    """Take up what waits past its time and has no job any more."""
    overdue.defer_overdue(now=time.now())
