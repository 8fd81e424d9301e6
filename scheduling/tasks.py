"""What the worker does in this room from time to time: late, twice, or on two machines, it is done once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from clients.actions.records import SOON
from config.kernel import time
from scheduling.actions import reminders, tick


# None waits while another waits, and none runs while another runs.
@app.periodic(cron="* * * * *")
@app.task(name="tick", queueing_lock="tick", lock="tick", priority=SOON)
def do_what_is_due(timestamp: int) -> None:
    """End questions and holds that are over, and remind whoever has not answered."""
    tick.tick(now=time.now())


@app.periodic(cron="* * * * *")
@app.task(name="remind", queueing_lock="remind", lock="remind", priority=SOON)
def remind_of_sessions(timestamp: int) -> None:
    """Have clients reminded of their sessions."""
    reminders.remind_sessions(now=time.now())
