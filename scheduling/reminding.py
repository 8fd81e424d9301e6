"""When a session is brought to mind: a day before it, and once more shortly before.  Plain values, no database, no clock.

Both are so many real hours before, whatever the clocks do meanwhile."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

KIND = "session_reminder"
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Reminder:
    """One of the reminders of a session: due so long before it, and of use until so long before it."""

    ahead: dt.timedelta
    of_use_until: dt.timedelta

    def is_of_use(self, starts_at: dt.datetime, now: dt.datetime) -> bool:
        """Whether it can be sent at that moment."""
        return starts_at - self.ahead <= now < starts_at - self.of_use_until


# A worker that comes late sends the first while the second is not near; the second until the session begins.
REMINDERS = (Reminder(24 * _HOUR, 3 * _HOUR), Reminder(2 * _HOUR, 0 * _HOUR))


def version_of(starts_at: dt.datetime, reminder: Reminder) -> int:
    """What tells this reminder of this beginning from every other one of the session: a moved one gets new ones, and none
    is sent twice."""
    return int(starts_at.timestamp() // 60) * len(REMINDERS) + REMINDERS.index(reminder)


def reminder_of(version: int) -> Reminder:
    """Which reminder it is."""
    return REMINDERS[version % len(REMINDERS)]
