"""Taking time off, and coming back from it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from clients.actions import records, submitted
from config.kernel.actions import action, inside_action
from config.kernel.time import Interval
from scheduling.actions import closing, endings, line, locks, opened
from scheduling.hours import Absence, Closing
from scheduling.models import TimeOff
from scheduling.queries.closing import booked_in, loose_in, open_ahead

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.hours import Decisions


@action
def take_time_off(absence: Absence, *, by: User, now: dt.datetime, decisions: Decisions = closing.UNDECIDED) -> Closing:
    """Close the coach's calendar for that time, and do with each session in it what was decided.

    Offers in it can no longer be taken, wishes in it wait on, and no hour in it is held for them.
    The same form, or the same time, sent again changes
    nothing.  Locks: provider, and what cancelling needs.  Tells: clients whose session is cancelled.
    Raises: BreaksSessions(sessions, fresh, loose), AlreadySent, SpanWithoutEnd."""
    provider = locks.lock_provider(by.pk)
    first = submitted.first_answer(by, absence.form_key, absence.fingerprint)
    mine = TimeOff.objects.filter(coach_id=provider.pk)
    # What was removed meanwhile is not there, whatever was sent before: it is taken anew.
    if (first and mine.filter(pk=first["time_off"]).exists()) or mine.filter(during=absence.during.as_range()).exists():
        return Closing()
    endings.expire_due(provider.pk, now=now)
    inside = booked_in(provider.coach, absence.during, now=now)
    loose = loose_in(provider.coach, absence.during, now=now)
    row = write_time_off(provider, absence, now=now)
    line.release_taken(provider, absence.during, by=by, now=now)
    # After the row: an hour that is freed now goes to nobody who would come to a closed door.
    done = closing.settle(provider, inside, decisions, by=by, now=now, loose=loose)
    facts = {"time_off": row.pk, "during": records.plain(absence.during)}
    records.record_audit("time_off_taken", f"user:{provider.pk}", by=by, facts=facts, at=now)
    if first is None:
        submitted.remember(by, absence.form_key, absence.fingerprint, {"time_off": row.pk})
    return dataclasses.replace(done, time_off=row.pk)


@action
def end_time_off(time_off_id: int, *, by: User, now: dt.datetime) -> Absence | None:
    """Open the coach's calendar again for that time; what it was, or None when it is gone already.

    Sessions that were cancelled for it stay so; whoever waits for an hour of it has its turn.
    Locks: provider, then clients and cases.  Tells: the coach and clients who are booked."""
    provider = locks.lock_provider(by.pk)
    row = TimeOff.objects.filter(pk=time_off_id, coach_id=provider.pk).first()
    if row is None:
        return None
    absence = Absence(during=Interval.from_range(row.during), reason=row.reason)
    facts = {"time_off": row.pk, "during": records.plain(absence.during)}
    records.record_audit("time_off_ended", f"user:{provider.pk}", by=by, facts=facts, at=now)
    row.delete()
    opened.mark(provider.pk, open_ahead(provider.coach, now=now, within=absence.during), by=by, now=now)
    return absence


@inside_action
def write_time_off(provider: User, absence: Absence, *, now: dt.datetime) -> TimeOff:
    """Make the row without looking at what is in it; the provider is locked by the caller."""
    return TimeOff.objects.create(
        coach_id=provider.pk, during=absence.during.as_range(), reason=absence.reason, created_at=now
    )
