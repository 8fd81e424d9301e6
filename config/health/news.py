"""Whether people are told what they should know: the worker, what waits for it, and what it could not deliver."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings

from clients.states import UNDELIVERED
from config.health.finding import Finding, rows

if TYPE_CHECKING:
    import psycopg

# A message that waits for longer past its time is late.
LATE = dt.timedelta(minutes=5)
# How far back it is told what could not be delivered.
LOOK_BACK = dt.timedelta(days=30)


def worker(raw: psycopg.Connection) -> Finding:
    """Whether somebody sends what waits, and does what time brings."""
    ((age,),) = rows(raw, "SELECT clock_timestamp() - max(last_heartbeat) FROM procrastinate_workers")
    if age is not None and age.total_seconds() <= settings.WORKER_STALLED_AFTER:
        return Finding(name="worker", ok=True, words=f"A worker gave a sign of life {_span(age)} ago.")
    return Finding(
        name="worker",
        ok=False,
        words="No worker runs." if age is None else f"No worker has given a sign of life for {_span(age)}.",
        next_step="Start one: python manage.py worker (docs/operating.md says how to keep it running).",
    )


def outbox(raw: psycopg.Connection) -> Finding:
    """What waits to be told although its time has come, and for how long."""
    ((number, oldest),) = rows(
        raw,
        "SELECT count(*), now() - min(not_before) FROM clients_outboxmessage"
        " WHERE sent_at IS NULL AND dropped_at IS NULL AND not_before < now()",
    )
    if not number:
        return Finding(name="outbox", ok=True, words="Nobody waits for news.")
    wait = "1 message waits" if number == 1 else f"{number} messages wait"
    return Finding(
        name="outbox",
        ok=oldest <= LATE,
        words=f"{wait} to be told, the oldest for {_span(oldest)}.",
        next_step=""
        if oldest <= LATE
        else "See that a worker runs, and why in its log; EMAIL_URL names the mail server.",
    )


def undelivered(raw: psycopg.Connection) -> Finding:
    """What was given up, and waits for somebody in the office; that alone is not an illness of the house."""
    ((number,),) = rows(
        raw,
        "SELECT count(*) FROM clients_outboxmessage WHERE outcome = ANY(%s) AND dropped_at > now() - %s",
        sorted(UNDELIVERED),
        LOOK_BACK,
    )
    if not number:
        return Finding(name="undelivered", ok=True, words="Every mail of the last 30 days found its way.")
    return Finding(
        name="undelivered",
        ok=True,
        words=f"Of the mails of the last 30 days, {number} could not be delivered.",
        next_step="Look at “Outgoing messages” in the office: the outcome says why, and they can be sent again.",
    )


def _span(length: dt.timedelta) -> str:
    seconds = max(0, round(length.total_seconds()))
    for size, word in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word}"
    return f"{seconds} s"
