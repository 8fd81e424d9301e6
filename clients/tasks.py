"""The worker's jobs of this room; each is given ids only."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app

from clients.actions import deliver
from config.kernel import time

if TYPE_CHECKING:
    from procrastinate.jobs import Job

# Seconds: 1, 2, 4 … between one try and the next.
LONGEST_PAUSE = 300


class Backoff(BaseRetryStrategy):
    """Again after twice as long each time; what is too early is tried when it is time."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, deliver.NotYet):
            return RetryDecision(retry_at=exception.not_before)
        pause = min(2**job.attempts, LONGEST_PAUSE)
        return RetryDecision(retry_at=time.now() + dt.timedelta(seconds=pause))


@app.task(name="deliver", retry=Backoff())
def deliver_message(message_id: int) -> None:
    """Tell one message of the outbox."""
    deliver.deliver(message_id, now=time.now())
