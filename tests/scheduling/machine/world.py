"""The small cast of the machine, its clock, and the few hours that they quarrel about."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import Q

from config.kernel import time
from config.kernel.time import Interval
from scheduling import rules, slots
from scheduling.models import ConflictCase, CounterTime, RescheduleProposal, Session
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from tests.factories import ATHENS, create_client, create_coach, create_session

# An ordinary day, and those around which the clocks of Athens change.
DAYS = ("2026-11-20", "2027-03-27", "2027-03-28", "2026-10-24")
# Both work at night, when clocks change; all minutes are counted from midnight, and the last start is outside the hours.
STARTS = (60, 90, 120, 180, 240, 330)
HOURS = tuple((day, start) for day in range(3) for start in STARTS)
LENGTH = 50
# Who may meet whom: the first client is in the care of both.
PAIRS = ((0, 0), (0, 1), (0, 2), (1, 0))


class World:
    """Two coaches, three clients, each with a session to begin with, and a clock that only goes forward."""

    def __init__(self, day):
        self.where = time.zone(ATHENS)
        self.now = self.midnight(dt.date.fromisoformat(day)) + dt.timedelta(minutes=20)
        nights = [(weekday, "01:00", "05:00") for weekday in range(7)]
        self.coaches = [create_coach(hours=nights, notice=notice, full_name=f"Coach {notice}") for notice in (0, 30)]
        both = [coach.user for coach in self.coaches]
        self.clients = [
            create_client(of=both if number == 0 else both[:1], id=uuid.UUID(int=number + 1)) for number in range(3)
        ]

        for client, hour in enumerate(((1, 60), (1, 120), (2, 60))):
            create_session(coach=self.coaches[0], client=self.clients[client], at=self.hour(hour).starts_at)

    def midnight(self, day):
        return time.day_bounds(day, self.where).starts_at

    def today(self):
        return self.now.astimezone(self.where).date()

    def hour(self, hour):
        """That of the machine's hours, counted from today."""
        day, start = hour
        begin = self.midnight(self.today() + dt.timedelta(days=day))
        return Interval.lasting(begin + dt.timedelta(minutes=start), LENGTH)

    def coach_of(self, row):
        return next(coach for coach in self.coaches if coach.pk == row.provider_id)

    def times(self, row, picks, *, wild, ignoring=None):
        """Times to put to the client of that session or wish: free ones, unless it is a wild day."""
        if not wild:
            ahead = Interval(self.now, self.now + dt.timedelta(days=3))
            free = slots.free(self.coach_of(row), ahead, LENGTH, now=self.now, for_client=row.client, ignoring=ignoring)
            if free:
                return tuple(free[pick % len(free)] for pick in picks)
        return tuple(self.hour(HOURS[pick % len(HOURS)]) for pick in picks)

    def deadline(self, row, offers, minutes, *, wild, session=None):
        """So long to answer, or as long as is allowed."""
        until = self.now + dt.timedelta(minutes=minutes)
        if wild:
            return until
        notice = dt.timedelta(minutes=self.coach_of(row).notice_minutes)
        latest = rules.latest_answer(offers, notice, now=self.now)
        return min(until, latest, session.starts_at) if session else min(until, latest)

    def sessions(self, *statuses):
        """Those not over for long, the latest made first."""
        recent = Session.objects.filter(status__in=statuses, during__endswith__gt=self.now - dt.timedelta(days=1))
        return list(recent.select_related("client", "provider__coach").order_by("-pk")[:6])

    def scheduled(self):
        return self.sessions(SessionStatus.SCHEDULED)

    def changed(self):
        rows = Session.objects.filter(version__gt=1).select_related("client", "provider__coach")
        return list(rows.order_by("-pk")[:4])

    def wishes(self, **about):
        """Pending ones; a closed one comes last, for who presses a button on an old page."""
        rows = ConflictCase.objects.filter(**about).select_related("client", "provider__coach")
        pending = list(rows.filter(status=CaseStatus.PENDING_RESOLUTION).order_by("-pk")[:5])
        return pending + list(rows.exclude(status=CaseStatus.PENDING_RESOLUTION).order_by("-pk")[:1])

    def proposals(self, **about):
        """Open ones; a closed one comes last."""
        rows = RescheduleProposal.objects.filter(**about).select_related("recipient", "provider__coach", "session")
        still = list(rows.filter(status=ProposalStatus.OPEN).order_by("-pk")[:5])
        return still + list(rows.exclude(status=ProposalStatus.OPEN).order_by("-pk")[:1])

    def counters(self):
        return list(CounterTime.objects.order_by("-pk")[:5])

    def are_taken(self, clash):
        """Whether its client or one of the coaches has a session then: the only reason for HourTaken."""
        holding = Session.objects.holding().filter(during__overlap=clash.during.as_range())
        coaches = [coach.pk for coach in self.coaches]
        return holding.filter(Q(client=clash.client) | Q(provider__in=coaches)).exists()
