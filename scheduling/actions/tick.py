"""What time does by itself: questions end, holds run out, whoever has not answered is reminded."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduling.actions.remind import BEFORE, REST, remind_due
from scheduling.actions.serve import end_due, reach_on, serve
from scheduling.queries import probes

if TYPE_CHECKING:
    import datetime as dt

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """What was done: calendars looked at, questions ended, people reminded, and calendars in which it failed."""

    calendars: int
    ended: int
    reminded: int
    failed: int


def tick(*, now: dt.datetime) -> Ticked:
    """Do what is due in every calendar, each in transactions of its own; late, twice or on two machines, it is done once.

    One calendar that fails does not stop the others.  Tells: coaches of what ended, clients who have yet to answer."""
    ended = reminded = failed = 0
    due = probes.providers_with_something_due(now, before=now + BEFORE, since=now - REST)
    for provider_id in due:
        try:
            ended += len(end_due(provider_id, now=now))
            reach_on(provider_id, now=now)
            # What opened and could not be given to anybody then, for whatever reason.
            serve(provider_id, by=None, now=now)
            reminded += remind_due(provider_id, now=now)
        except Exception:
            # Whatever is wrong with one calendar, the people of all the others are not to wait for it.
            failed += 1
            log.exception("what is due in calendar %s could not be done", provider_id)
    return Ticked(calendars=len(due), ended=ended, reminded=reminded, failed=failed)
