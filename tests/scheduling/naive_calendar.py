"""The engine's promise told a second time, minute by minute and in plain Python: what tests compare it with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, cached_property

from config.kernel.time import Interval, zone
from scheduling.models import AvailabilityRule
from tests.factories import (
    create_case,
    create_client,
    create_coach,
    create_offer,
    create_override,
    create_proposal,
    create_session,
)
from tests.scheduling import greek_year

MINUTE = dt.timedelta(minutes=1)
MIDNIGHT = 24 * 60


def minutes_of(clock):
    """Minutes since midnight of 'HH:MM'; the last minute of a day stands for its end."""
    minutes = int(clock[:2]) * 60 + int(clock[3:])
    return MIDNIGHT if minutes == MIDNIGHT - 1 else minutes


@dataclass(frozen=True)
class Booked:
    """A session; `mine` says whose: the client's who is asked for, or somebody else's."""

    during: Interval
    mine: bool
    cancelled: bool = False


@dataclass(frozen=True)
class Hold:
    """A time held for the client who is asked for, or for somebody else; it may have lapsed."""

    during: Interval
    mine: bool
    offered: bool
    lapsed: bool


@dataclass(frozen=True)
class World:
    """A coach, a few days, and a question.  Lengths in minutes, local times as 'HH:MM'."""

    where: str
    now: dt.datetime
    between: Interval
    minutes: int
    step: int
    buffer: int
    notice: int
    horizon: int
    rules: list
    keeps_holidays: bool
    overrides: dict
    away: list
    sessions: list
    elsewhere: list
    holds: list
    for_mine: bool
    ignoring: int | None

    def build(self):
        """The rows of this world: the coach, the client who asks, the session that may move."""
        coach = create_coach(
            hours=[],
            zone=self.where,
            holidays=self.keeps_holidays,
            minutes=self.minutes,
            step=self.step,
            buffer=self.buffer,
            notice=self.notice,
            horizon=self.horizon,
        )
        AvailabilityRule.objects.bulk_create(
            AvailabilityRule(coach=coach, weekday=weekday, starts_at=starts_at, ends_at=ends_at)
            for weekday, starts_at, ends_at in self.rules
        )
        other = create_coach(hours=[], buffer=60)
        mine, somebody = create_client(of=[coach, other]), create_client(of=coach)
        for date, hours in self.overrides.items():
            for starts_at, ends_at in hours or [(None, None)]:
                create_override(coach=coach, date=date.isoformat(), starts_at=starts_at, ends_at=ends_at)
        for during in self.away:
            coach.time_off.create(during=during.as_range())
        sessions = [_session(coach, booked, mine if booked.mine else somebody) for booked in self.sessions]
        for booked in self.elsewhere:
            _session(other, booked, mine)
        for hold in self.holds:
            self._hold(coach, hold, mine if hold.mine else somebody)
        ignored = None if self.ignoring is None else sessions[self.ignoring]
        return coach, (mine if self.for_mine else None), ignored

    def _hold(self, coach, hold, client):
        far = Booked(Interval.lasting(self.now + dt.timedelta(days=400), 60), mine=False)
        blocking = coach.user.sessions.filter(during=far.during.as_range()).first()
        blocking = blocking or _session(coach, far, create_client(of=coach))
        until = self.now + (-MINUTE if hold.lapsed else MINUTE)
        times = {"at": hold.during.starts_at, "minutes": hold.during.minutes}
        if hold.offered:
            case = create_case(coach=coach, client=client, blocking=blocking)
            create_offer(proposal=create_proposal(case=case, expires_at=until), **times)
        else:
            create_case(coach=coach, client=client, blocking=blocking, held_until=until, **times)

    def starts(self):
        """The starts of all free times, in order."""
        earliest = max(self.between.starts_at, self.now + self.notice * MINUTE)
        latest = min(self.between.ends_at, self.now + dt.timedelta(days=self.horizon))
        grid = (start for start in self.grid() if earliest <= start < latest)
        return [start for start in grid if not self.reasons(Interval.lasting(start, self.minutes))]

    def grid(self):
        """Every start on the step of every opening of every date."""
        last = None
        for at in self._all_minutes:
            date = at.astimezone(self._zone).date()
            if not self._is_open(at) or self._is_away(at):
                last = None
                continue
            if last is None or date != last:
                opened, last = at, date
            if (at - opened) % (self.step * MINUTE) == dt.timedelta():
                yield at

    def reasons(self, slot):
        """The codes of all that is in the way of that time."""
        minutes = [slot.starts_at + n * MINUTE for n in range(slot.minutes)]
        codes = set()
        if not self.rules and not any(self.overrides.values()):
            codes.add("no_hours")
        else:
            shut = [at for at in minutes if not self._is_open(at)]
            codes |= {"holiday" if self._is_holiday(at) else "outside_hours" for at in shut}
        if any(self._is_away(at) for at in minutes):
            codes.add("time_off")
        for kind, during in self._closing():
            if during.overlaps(slot):
                codes.add(kind)
            elif kind != "client_busy" and self._apart(during, slot) < self.buffer * MINUTE:
                codes.add("buffer")
        if slot.starts_at < self.now:
            codes.add("past")
        elif slot.starts_at < self.now + self.notice * MINUTE:
            codes.add("notice")
        if slot.starts_at >= self.now + dt.timedelta(days=self.horizon):
            codes.add("horizon")
        return codes

    def _closing(self):
        for place, booked in enumerate(self.sessions):
            if not booked.cancelled and place != self.ignoring:
                yield "session", booked.during
        for hold in self.holds:
            if not hold.lapsed and not (hold.mine and self.for_mine):
                yield "hold", hold.during
        if self.for_mine:
            yield from (("client_busy", booked.during) for booked in self.elsewhere if not booked.cancelled)

    def _is_open(self, at):
        local = at.astimezone(self._zone)
        hours = self.overrides.get(local.date())
        if hours is None and self._is_holiday(at):
            hours = []
        elif hours is None:
            hours = [times for weekday, *times in self.rules if weekday == local.weekday()]
        clock = local.hour * 60 + local.minute
        return any(minutes_of(opens) <= clock < minutes_of(closes) for opens, closes in hours)

    def _is_holiday(self, at):
        """Whether that date is closed for a holiday: kept, and without hours of its own."""
        day = at.astimezone(self._zone).date()
        return self.keeps_holidays and day not in self.overrides and day in _holidays(day.year)

    def _is_away(self, at):
        return any(during.starts_at <= at < during.ends_at for during in self.away)

    @staticmethod
    def _apart(one, other):
        return max(other.starts_at - one.ends_at, one.starts_at - other.ends_at)

    @cached_property
    def _zone(self):
        return zone(self.where)

    @cached_property
    def _all_minutes(self):
        first = self.between.starts_at - dt.timedelta(days=2)
        return [first + n * MINUTE for n in range((self.between.ends_at - first) // MINUTE)]


@cache
def _holidays(year):
    return greek_year.all_of(year)


def _session(coach, booked, client):
    fields = {"status": "cancelled"} if booked.cancelled else {}
    start, minutes = booked.during.starts_at, booked.during.minutes
    return create_session(coach=coach, client=client, at=start, minutes=minutes, **fields)
