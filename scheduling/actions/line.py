"""Who is next in line for an hour, and hours that are held for somebody: the steps that every end of them shares."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import clients.queries
from clients.actions import records
from config.kernel.actions import inside_action
from config.kernel.time import Interval
from scheduling import rules, slots
from scheduling.actions import locks, opened
from scheduling.hours import without
from scheduling.queries.waiting import span_of
from scheduling.slots.engine import coach_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Sequence

    from clients.models import User
    from scheduling.models import ConflictCase
    from scheduling.slots import Obstacle

HELD_FOR = dt.timedelta(hours=48)


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, for which hour, and what speaks against it that the coach may overrule."""

    case: ConflictCase
    hour: Interval
    obstacles: Sequence[Obstacle]


@inside_action
def next_turn(
    provider: User,
    during: Interval,
    *,
    now: dt.datetime,
    passing_over: Collection[int] = (),
    left_by: uuid.UUID | None = None,
) -> Turn | None:
    """The oldest pending case that can have an hour of that time now: the one it names, or the first that suits;
    none of `passing_over`, by id, and none of the client who has just left it or would not have it.

    Who has an hour already waits for no other.  Provider and cases are locked by the caller."""
    cases = locks.lock_waiting(provider, during)
    for case in cases:
        if case.pk in passing_over or case.client_id == left_by:
            continue
        # Whom the hour suits is looked at first: for most it does not, and that costs less to know.
        turn = _turn_of(provider, case, during, cases, now=now)
        if turn and _may_come(provider, case):
            return turn
    return None


@inside_action
def hold(turn: Turn, *, now: dt.datetime, by: User | None) -> bool:
    """Hold the hour for whose turn it is; whether it was not on hold for them before.  Tells: the coach."""
    case = turn.case
    if case.held_until and case.held_until > now:
        return False
    case.wanted, case.held_until = turn.hour.as_range(), min(_to_the_quarter(now + HELD_FOR), turn.hour.starts_at)
    case.save(update_fields=["wanted", "held_until", "resolution"])
    facts = {"until": case.held_until.isoformat(), "during": records.plain(turn.hour)}
    actor = records.actor_about(case.client, by, provider_id=case.provider_id)
    records.record_audit("hour_held", f"case:{case.pk}", by=actor, facts=facts, at=now)
    records.queue_message("hour_held", records.to_user(case.provider_id), f"case:{case.pk}")
    return True


@inside_action
def release(case: ConflictCase, *, by: User | None, now: dt.datetime) -> None:
    """Hold an hour no longer for a locked case, which waits on; on the waiting list it has none then."""
    case.held_until = None
    if case.is_waiting:
        case.wanted = None
    case.save(update_fields=["wanted", "held_until", "resolution"])
    actor = records.actor_about(case.client, by, provider_id=case.provider_id)
    records.record_audit("hour_let_go", f"case:{case.pk}", by=actor, at=now)


@inside_action
def release_due(provider_id: int, *, now: dt.datetime) -> None:
    """End holds whose time is over: each hour goes to whoever is next, and not to the client it was held for.

    The provider is locked by the caller."""
    for case in locks.lock_run_out(provider_id, until=now):
        hour = case.interval
        release(case, by=None, now=now)
        opened.mark(provider_id, [hour], by=None, now=now, left_by=case.client_id)


@inside_action
def release_taken(
    provider: User, *taken: Interval, by: User | None, now: dt.datetime, settled: Collection[int] = ()
) -> None:
    """Hours that somebody has now, or nobody, are held for wishes no longer; those who waited wait on, and what is left
    of such an hour goes to whoever can do with less.

    Not those of the wishes (by id) that are `settled` by it: that is what was waited for.  The provider is locked."""
    for case in locks.lock_held(provider.pk):
        hour = case.interval
        if case.pk not in settled and any(each.overlaps(hour) for each in taken):
            release(case, by=by, now=now)
            opened.mark(provider.pk, without([hour], sorted(taken)), by=by, now=now)


def _turn_of(
    provider: User, case: ConflictCase, during: Interval, cases: Sequence[ConflictCase], *, now: dt.datetime
) -> Turn | None:
    if case.is_waiting:
        hour = _first_hour(provider, case, during, cases, now=now)
        return Turn(case, hour, ()) if hour else None
    if any(case.interval.overlaps(each) for each in _held_besides(case, cases, now)):
        return None
    obstacles = slots.explain(provider, case.interval, now=now, for_client=case.client)
    return None if rules.is_taken(obstacles) else Turn(case, case.interval, obstacles)


def _held_besides(case: ConflictCase, cases: Sequence[ConflictCase], now: dt.datetime) -> list[Interval]:
    """What is held for other wishes of the same client, which to the engine is not in that client's way: it alone would
    give one hour twice."""
    others = (each for each in cases if each != case and each.client_id == case.client_id)
    return [each.interval for each in others if each.held_until and each.held_until > now]


def _to_the_quarter(at: dt.datetime) -> dt.datetime:
    """The next full quarter of an hour: a time that people say."""
    return at + (dt.datetime.min.replace(tzinfo=dt.UTC) - at) % dt.timedelta(minutes=15)


def _may_come(provider: User, case: ConflictCase) -> bool:
    return provider.is_active and case.client.is_active and clients.queries.is_in_care(case.client, provider)


def _first_hour(
    provider: User, case: ConflictCase, during: Interval, cases: Sequence[ConflictCase], *, now: dt.datetime
) -> Interval | None:
    """A time that `during` made possible, suits the case, and is held for no other wish of the same client: the earliest
    that begins in it, or else the earliest that reaches into it or into the pauses around it."""
    coach = coach_of(provider)
    if coach is None or case.hour_at(now):
        return None
    span, pause = span_of(case, coach), dt.timedelta(minutes=coach.buffer_minutes)
    around = Interval(during.starts_at - pause, during.ends_at + pause)
    reach = Interval(around.starts_at - dt.timedelta(minutes=case.length), around.ends_at)
    if not any(piece.overlaps(around) for piece in span.pieces(reach)):
        return None
    theirs = _held_besides(case, cases, now)
    free = slots.free(provider, reach, case.length, now=now, for_client=case.client)
    able = [each for each in free if each.overlaps(around) and not any(each.overlaps(one) for one in theirs)]
    begin_inside = [each for each in able if during.starts_at <= each.starts_at < during.ends_at]
    return next(iter(span.first_that_suits(begin_inside) or span.first_that_suits(able)), None)
