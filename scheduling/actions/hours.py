"""Changing when a calendar is open: the week, single dates, public holidays."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from clients.actions import records
from config.kernel.actions import action, inside_action
from config.kernel.time import Interval
from scheduling.actions import closing, locks, opened
from scheduling.errors import SettingsChanged
from scheduling.hours import Closing, end_word
from scheduling.models import AvailabilityOverride, AvailabilityRule, Coach
from scheduling.queries.closing import booked_ahead
from scheduling.queries.hours import hours_on, rules_of, weekly_hours

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clients.models import User
    from scheduling.hours import BookingRules, Decisions, Span, WeeklyHours

_Row = tuple[int, "Span"]


@action
def replace_week(
    week: WeeklyHours, *, by: User, now: dt.datetime, seen: str, decisions: Decisions = closing.UNDECIDED
) -> Closing:
    """Put this week in place of the coach's weekly hours, whole; `seen` is the token of the week that was shown.

    The same week sent again changes nothing.  Sessions stay where they are unless `decisions` say otherwise.
    Locks: provider, and what cancelling needs.  Tells: clients whose session is cancelled or
    who are booked into what opens.
    Raises: SettingsChanged(standing), BreaksSessions(sessions, fresh), HoursOverlap, EndsBeforeStart."""
    provider = _locked(by)
    standing = weekly_hours(provider.coach)
    if standing == week:
        return Closing()
    if standing.token != seen:
        raise SettingsChanged(standing=standing)

    def write() -> None:
        _write_week(provider.coach, set(_rows(standing)), set(_rows(week)))

    done = closing.change_hours(provider, write, decisions, by=by, now=now)
    facts = {"before": _plain_week(standing), "after": _plain_week(week)}
    records.record_audit("hours_changed", f"user:{provider.pk}", by=by, facts=facts, at=now)
    return done


@action
def set_date(
    date: dt.date,
    spans: tuple[Span, ...] | None,
    *,
    by: User,
    now: dt.datetime,
    decisions: Decisions = closing.UNDECIDED,
) -> Closing:
    """Give a date hours of its own in place of the weekly ones: spans, none for closed; None takes them away again.

    What the date had before is replaced; the same sent again changes nothing.
    Locks: provider, and what cancelling needs.  Tells: clients whose session is cancelled or
    who are booked into what opens.
    Raises: BreaksSessions(sessions, fresh), HoursOverlap, EndsBeforeStart."""
    provider = _locked(by)
    if hours_on(provider.coach, date) == spans:
        return Closing()

    def write() -> None:
        _write_date(provider.coach, date, spans)

    done = closing.change_hours(provider, write, decisions, by=by, now=now)
    hours = None if spans is None else [_plain(span) for span in spans]
    facts = {"date": date.isoformat(), "hours": hours}
    records.record_audit("date_hours_changed", f"user:{provider.pk}", by=by, facts=facts, at=now)
    return done


@action
def close_on_holidays(
    is_closed: bool,  # noqa: FBT001  the one thing that is set
    *,
    by: User,
    now: dt.datetime,
    decisions: Decisions = closing.UNDECIDED,
) -> Closing:
    """Close the calendar on public holidays from now on, or open it.

    Locks: provider, and what cancelling needs.  Tells: clients whose session is cancelled or
    who are booked into what opens.
    Raises: BreaksSessions(sessions, fresh)."""
    provider = _locked(by)
    coach = provider.coach
    if coach.closed_on_holidays == is_closed:
        return Closing()

    def write() -> None:
        coach.closed_on_holidays = is_closed
        coach.save(update_fields=["closed_on_holidays"])

    done = closing.change_hours(provider, write, decisions, by=by, now=now)
    facts = {"closed": is_closed}
    records.record_audit("holidays_changed", f"user:{provider.pk}", by=by, facts=facts, at=now)
    return done


@action
def set_booking_rules(
    wanted: BookingRules, *, by: User, now: dt.datetime, seen: str, decisions: Decisions = closing.UNDECIDED
) -> Closing:
    """Book this calendar by these rules from now on; `seen` is the token of the rules that were shown.

    Sessions keep their instant, their length and their price.  With another zone the weekly hours are those of its
    clocks, and sessions may lie outside them.
    Locks: provider, and what cancelling needs.  Tells: clients whose session is cancelled or
    who are booked into what opens.
    Raises: SettingsChanged(standing), BreaksSessions(sessions, fresh), OutOfReason, NegativePrice."""
    provider = _locked(by)
    coach = provider.coach
    standing = rules_of(coach)
    if standing.token == wanted.token:
        return Closing()
    if standing.token != seen:
        raise SettingsChanged(standing=standing)
    changed = [name for name in vars(wanted) if getattr(wanted, name) != getattr(standing, name)]

    def write() -> None:
        for name in changed:
            setattr(coach, name, getattr(wanted, name))
        coach.save(update_fields=changed)

    done = closing.change_hours(provider, write, decisions, by=by, now=now)
    opened.mark(provider.pk, _come_into_reach(standing, wanted, now), by=by, now=now)
    opened.mark(provider.pk, _pauses_given_up(coach, standing, wanted, now), by=by, now=now)
    # What a title says is nobody's business here; that it is another one is enough.
    facts = {name: name == "title" or str(getattr(wanted, name)) for name in changed}
    records.record_audit("booking_rules_changed", f"user:{provider.pk}", by=by, facts=facts, at=now)
    return done


@inside_action
def _locked(user: User) -> User:
    """The provider, locked, with the calendar's settings as they are since; what the lock itself joins may be older."""
    provider = locks.lock_provider(user.pk)
    provider.coach.refresh_from_db()
    return provider


def _come_into_reach(before: BookingRules, after: BookingRules, now: dt.datetime) -> list[Interval]:
    """What can be booked now because it was too soon, or too far ahead, until now."""
    soonest = [now + dt.timedelta(minutes=each.notice_minutes) for each in (after, before)]
    furthest = [now + min(dt.timedelta(days=each.horizon_days), opened.FURTHEST) for each in (before, after)]
    return [Interval(first, last) for first, last in (soonest, furthest) if first < last]


def _pauses_given_up(coach: Coach, before: BookingRules, after: BookingRules, now: dt.datetime) -> list[Interval]:
    """The pauses around sessions, where those are shorter now."""
    if after.buffer_minutes >= before.buffer_minutes:
        return []
    pause, booked = dt.timedelta(minutes=before.buffer_minutes), booked_ahead(coach, now=now)
    return [
        span
        for each in booked
        for span in (
            Interval(each.during.starts_at - pause, each.during.starts_at),
            Interval(each.during.ends_at, each.during.ends_at + pause),
        )
    ]


def _write_week(coach: Coach, before: set[_Row], after: set[_Row]) -> None:
    for weekday, span in before - after:
        rows = AvailabilityRule.objects.filter(coach=coach, weekday=weekday)
        rows.filter(starts_at=span.starts_at, ends_at=span.ends_at).delete()
    AvailabilityRule.objects.bulk_create(
        AvailabilityRule(coach=coach, weekday=weekday, starts_at=span.starts_at, ends_at=span.ends_at)
        for weekday, span in sorted(after - before)
    )


def _write_date(coach: Coach, date: dt.date, spans: tuple[Span, ...] | None) -> None:
    AvailabilityOverride.objects.filter(coach=coach, date=date).delete()
    if spans is None:
        return
    times: list[tuple[dt.time | None, dt.time | None]]
    times = [(span.starts_at, span.ends_at) for span in spans] or [(None, None)]
    AvailabilityOverride.objects.bulk_create(
        AvailabilityOverride(coach=coach, date=date, starts_at=starts_at, ends_at=ends_at)
        for starts_at, ends_at in times
    )


def _rows(week: WeeklyHours) -> Iterable[_Row]:
    return ((weekday, span) for weekday, day in enumerate(week.days) for span in day)


def _plain_week(week: WeeklyHours) -> list[Any]:
    return [[weekday, *_plain(span)] for weekday, span in _rows(week)]


def _plain(span: Span) -> list[str]:
    return [f"{span.starts_at:%H:%M}", end_word(span.ends_at)]
