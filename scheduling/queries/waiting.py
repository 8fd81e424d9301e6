"""Who waits for an hour: one that is named, or any that suits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from config.kernel import time
from config.kernel.time import Interval
from scheduling import slots
from scheduling.models import ConflictCase
from scheduling.slots.engine import coach_of
from scheduling.slots.many import Asked, free_for_each
from scheduling.states import CaseStatus
from scheduling.windows import Span, Window
from scheduling.wishes import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clients.models import Client, User
    from scheduling.models import Coach, Session

# So many free times are named.
SHOWN = 5
_FURTHEST = dt.timedelta(days=364)


def windows_of(case: ConflictCase) -> list[Window]:
    """The case's windows as plain values, in order."""
    rows = [Window(row.weekday, row.starts_at, row.ends_at) for row in case.windows.all()]
    return sorted(rows, key=lambda row: (row.starts_at, row.ends_at, -1 if row.weekday is None else row.weekday))


def with_windows(cases: Sequence[ConflictCase]) -> None:
    """Read the windows of those that wait for any hour: one query, none when nobody does."""
    if listed := [case for case in cases if case.is_waiting]:
        prefetch_related_objects(listed, "windows")


def booked_themselves(provider: User, at: dt.datetime) -> list[Session]:
    """The sessions of those who waited and were booked by what somebody did at that instant; they know their clients."""
    cases = ConflictCase.objects.filter(provider=provider, closed_at=at, resolution=Ending.FREED)
    return [case.session for case in cases.select_related("session__client").order_by("pk") if case.session]


def span_of(case: ConflictCase, coach: Coach) -> Span:
    """When an hour would suit a case of the waiting list, by the coach's clocks."""
    assert case.first_date is not None
    assert case.last_date is not None
    return Span(windows_of(case), case.first_date, case.last_date, time.zone(coach.time_zone))


def whom_it_would_suit(provider: User, during: Interval, *, left_by: Client, now: dt.datetime) -> list[Client]:
    """Who on the waiting list, without an hour so far, said that some of that time would do; who waits longest first.

    Not the client who leaves it."""
    coach = coach_of(provider)
    cases = ConflictCase.objects.filter(
        provider=provider,
        status=CaseStatus.PENDING_RESOLUTION,
        minutes__isnull=False,
        client__care__provider=provider,
        client__care__ended_at__isnull=True,
    )
    waiting = (
        cases.exclude(client=left_by).select_related("client").prefetch_related("windows").order_by("created_at", "pk")
    )
    return [
        case.client
        for case in waiting
        if coach and not case.hour_at(now) and _is_room(span_of(case, coach).pieces(during), during, case.length)
    ]


def _is_room(pieces: Iterable[Interval], during: Interval, minutes: int) -> bool:
    length = dt.timedelta(minutes=minutes)
    return any(max(each.starts_at, during.starts_at) + length <= min(each.ends_at, during.ends_at) for each in pieces)


def free_times(
    provider: User, client: Client, span: Span, minutes: int, *, now: dt.datetime, most: int = SHOWN
) -> list[Interval]:
    """The first times that are free for that client now and suit.  One query."""
    between = _ahead(span, now)
    if between is None:
        return []
    return span.first_that_suits(slots.free(provider, between, minutes, now=now, for_client=client), most)


def free_for(
    provider: User, cases: Iterable[ConflictCase], *, now: dt.datetime, most: int = SHOWN
) -> dict[int, list[Interval]]:
    """The first times that are free now and suit, for each of these cases of the waiting list.  One query."""
    if (coach := coach_of(provider)) is None:
        return {}
    spans = {case: span_of(case, coach) for case in cases}
    between = {case: ahead for case, span in spans.items() if (ahead := _ahead(span, now))}
    asked = [Asked(during, case.length, case.client_id) for case, during in between.items()]
    found = free_for_each(coach, asked, now=now)
    return {case.pk: spans[case].first_that_suits(times, most) for case, times in zip(between, found, strict=True)}


def _ahead(span: Span, now: dt.datetime) -> Interval | None:
    """What of the span is still to come, as far as a calendar is asked."""
    bounds, now = span.bounds(), now.astimezone(dt.UTC)
    begin, end = max(bounds.starts_at, now), min(bounds.ends_at, now + _FURTHEST)
    return Interval(begin, end) if begin < end else None
