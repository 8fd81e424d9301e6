"""Weeks of sessions: regular ones at their own hour, the rest where there is room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import DateTimeField, ExpressionWrapper, F, Func

from config.kernel import time
from config.kernel.time import Interval
from scheduling.demo import names
from scheduling.demo.people import clock
from scheduling.models import Session
from scheduling.states import SessionKind, SessionStatus

if TYPE_CHECKING:
    import random
    import uuid
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from clients.models import Client
    from scheduling.demo.people import Calendar

WeekHour = tuple[int, dt.time]  # Monday is 0

# Whose hour is whose each week; what happens to some of them is told in `pending`.
OWN_HOURS = {
    (4, dt.time(13)): names.MARIA,
    (0, dt.time(13)): names.DIMITRA,
    (3, dt.time(18)): names.KATERINA,
    (3, dt.time(12)): names.ELENI,
    (4, dt.time(18)): names.LEKKA,
    (3, dt.time(11)): names.THOMAS,
    (1, dt.time(17)): names.AMELIE,
}
# They wait for such an hour, and come when there is room.
WITHOUT_HOUR = {names.NIKOS, names.YANNIS, names.ARBEN, names.PRIYA, names.GIORGOS}
BUSY = (0.60, 0.70)
A_WEEK = 2
NO_SHOW, CANCELLED, UNPAID = 0.04, 0.08, 0.12
BOOKED_BEFORE = dt.timedelta(days=12)
_STARTS = ExpressionWrapper(Func(F("during"), function="lower"), output_field=DateTimeField())
_ENDS = ExpressionWrapper(Func(F("during"), function="upper"), output_field=DateTimeField())


@dataclass
class Plan:
    """What will be written, and who comes on which day."""

    rng: random.Random
    today: dt.date
    # Days on which a client would like to come, and does not yet.
    wished: Collection[tuple[uuid.UUID, dt.date]]
    sessions: list[Session] = field(default_factory=list)
    busy: dict[uuid.UUID, set[dt.date]] = field(default_factory=dict)

    def fill(self, calendar: Calendar, mondays: Iterable[dt.date], closed: Collection[dt.date]) -> None:
        """Book a calendar to 60–70 % week by week, and nothing on closed days."""
        regulars = self._regulars(calendar)
        for monday in mondays:
            free = _hours(calendar, monday, closed)
            wanted = round(len(free) * self.rng.uniform(*BUSY))
            for hour in [hour for hour in regulars if hour in free]:
                wanted -= self._book(calendar, regulars[hour], free.pop(hour))
            # An hour that is somebody's own stays theirs even in a week in which they are away.
            room = sorted(free.keys() - OWN_HOURS.keys())
            for hour in self.rng.sample(room, min(len(room), max(0, wanted))):
                guests = [client for client in calendar.clients.values() if self._may_come(client, free[hour])]
                if guests:
                    self._book(calendar, self.rng.choice(guests), free[hour])

    def _regulars(self, calendar: Calendar) -> dict[WeekHour, Client]:
        every = sorted(_hours(calendar, time.monday_of(self.today), closed=()))
        own = {
            hour: calendar.clients[who] for hour, who in OWN_HOURS.items() if who in calendar.clients and hour in every
        }
        others = [
            client for who, client in calendar.clients.items() if who not in WITHOUT_HOUR and client not in own.values()
        ]
        number = min(len(others), len(every) // 2 - len(own))  # half of all hours are somebody's own
        hours = self.rng.sample([hour for hour in every if hour not in OWN_HOURS], number)
        return own | dict(zip(hours, others[:number], strict=True))

    def _book(self, calendar: Calendar, client: Client, during: Interval) -> bool:
        if not self._may_come(client, during):
            return False
        self.busy.setdefault(client.pk, set()).add(during.starts_at.date())
        self.sessions.append(
            Session(
                kind=SessionKind.BOOKED,
                status=SessionStatus.SCHEDULED,
                provider=calendar.coach.user,
                client=client,
                during=during.as_range(),
                price=calendar.coach.price,
                created_at=during.starts_at - BOOKED_BEFORE,
            )
        )
        return True

    def _may_come(self, client: Client, during: Interval) -> bool:
        """Once a day and twice a week at most, to whomever; who is archived came until yesterday."""
        day = during.starts_at.date()
        days = {*self.busy.get(client.pk, ()), *(wished for who, wished in self.wished if who == client.pk)}
        in_week = sum(time.monday_of(other) == time.monday_of(day) for other in days)
        return day not in days and in_week < A_WEEK and (client.is_active or day < self.today)


def _hours(calendar: Calendar, monday: dt.date, closed: Collection[dt.date]) -> dict[WeekHour, Interval]:
    """The full hours at which a session of that week can begin."""
    zone, minutes = time.zone(calendar.coach.time_zone), calendar.coach.session_minutes
    return {
        (weekday, dt.time(hour)): Interval.lasting(time.instant(day, dt.time(hour), zone), minutes)
        for weekday, openings in calendar.hours.items()
        if (day := monday + dt.timedelta(days=weekday)) not in closed
        for starts, ends in openings
        for hour in range(clock(starts).hour, clock(ends).hour)
    }


def write(plan: Plan, now: dt.datetime) -> None:
    """Write the sessions as they were booked, then what became of those that are over."""
    Session.objects.bulk_create(plan.sessions)
    past = [session.pk for session in plan.sessions if session.ends_at <= now]
    plan.rng.shuffle(past)
    missed, off = round(len(past) * NO_SHOW), round(len(past) * CANCELLED)
    no_show, cancelled, done = past[:missed], past[missed : missed + off], past[missed + off :]
    _end(no_show, SessionStatus.NO_SHOW)
    _end(done, SessionStatus.COMPLETED, arrived_at=_STARTS, ended_at=_ENDS)
    _end(cancelled, SessionStatus.CANCELLED, cancelled_at=_STARTS - dt.timedelta(hours=30), cancelled_by=F("provider"))
    _sessions(done[round(len(done) * UNPAID) :]).update(paid_at=_ENDS, paid_by=F("provider"))


def _end(ids: list[int], status: SessionStatus, **what: object) -> None:
    _sessions(ids).update(status=status, version=2, **what)


def _sessions(ids: list[int]) -> QuerySet[Session]:
    return Session.objects.filter(pk__in=ids)
