"""The whole demo, in the order in which its parts stand on each other."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from config.kernel import time
from config.kernel.time import Interval
from scheduling import holidays
from scheduling.demo import messages, names, pending, people, sessions, told
from scheduling.demo.people import Calendar
from scheduling.models import AvailabilityOverride, Session, TimeOff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clients.models import Client, User
    from scheduling.demo.names import Person

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Size:
    """How far the sessions go, in weeks, and how many more calendars and clients there are."""

    back: int
    ahead: int
    coaches: int = 0
    clients: int = 0


SIZES = {"small": Size(back=5, ahead=5), "year": Size(back=47, ahead=5, coaches=4, clients=184)}


def seed(size: Size, *, number: int, now: dt.datetime, lang: str) -> int:
    """Make the practice as it stands at that moment; how many sessions there are then.

    The same number, moment and language make the same practice."""
    now = now.replace(second=0, microsecond=0)
    today = now.astimezone(time.zone(names.ATHENS)).date()
    with transaction.atomic():
        calendars = _calendars(size, people.make_logins(lang), lang, now)
        _write_sessions(size, calendars, now, random.Random(number))  # noqa: S311 (nothing is kept secret by it)
    # What was asked and answered was so at full hours, and then what is kept ends at one.
    at = now.replace(minute=0)
    desk = pending.Desk(calendar=calendars[0], now=at, monday=_monday_ahead(today))
    messages.write(desk)
    pending.ask_questions(desk)
    told.tell_the_past(now)
    return Session.objects.count()


def _monday_ahead(today: dt.date) -> dt.date:
    """The next Monday that is three days away at least, so that whoever is asked can still answer.

    In its week nobody wishes for a holiday: then nobody would be there to ask."""
    soonest = today + dt.timedelta(days=3)
    monday = soonest + dt.timedelta(days=-soonest.weekday() % 7)
    wished = {weekday for weekday, _hour in pending.WISHES.values()}
    while any(day.weekday() in wished for day in holidays.dates_in(monday, monday + dt.timedelta(days=6))):
        monday += WEEK
    return monday


def _calendars(size: Size, users: Mapping[str, User], lang: str, now: dt.datetime) -> list[Calendar]:
    others = list(islice(names.more_people(), size.clients + size.coaches))
    rows = people.make_clients([*names.CLIENTS, *others[size.coaches :]], lang, now)
    _link(rows[names.MARIA], users["client"])
    elena = people.make_coach(users["coach"], people.HOURS_OF_ELENA, title="MSc", notice_minutes=120, price=60)
    daniel = people.make_coach(users["coach2"], people.HOURS_OF_DANIEL, buffer_minutes=10, price=55)
    calendars = [
        Calendar(coach=elena, hours=people.HOURS_OF_ELENA, clients=_of(rows, names.HERS)),
        Calendar(coach=daniel, hours=people.HOURS_OF_DANIEL, clients=_of(rows, names.HIS)),
    ]
    for place, person in enumerate(others[: size.coaches]):
        coach = people.make_coach(people.make_user(person, lang), people.HOURS_OF_ELENA, price=50)
        theirs = others[size.coaches :][place :: size.coaches]
        calendars.append(Calendar(coach=coach, hours=people.HOURS_OF_ELENA, clients=_of(rows, theirs)))
    for calendar in calendars:
        people.take_into_care(calendar, now)
    return calendars


def _write_sessions(size: Size, calendars: list[Calendar], now: dt.datetime, rng: random.Random) -> None:
    today = now.astimezone(time.zone(names.ATHENS)).date()
    monday = _monday_ahead(today)
    wished = {(calendars[0].clients[who].pk, monday + day * WEEK / 7) for who, (day, _hour) in pending.WISHES.items()}
    plan = sessions.Plan(rng, today, wished)
    this_week = time.monday_of(today)
    mondays = [this_week + week * WEEK for week in range(-size.back, size.ahead)]
    for calendar in calendars:
        shut = _close(calendar, this_week, talked_about=monday)
        if calendar.coach.closed_on_holidays:
            shut.update(holidays.dates_in(mondays[0], mondays[-1] + WEEK))
        plan.fill(calendar, mondays, shut)
    sessions.write(plan, now)


def _close(calendar: Calendar, this_week: dt.date, *, talked_about: dt.date) -> set[dt.date]:
    """Two days off in three weeks, other hours and a closed day in four: the days on which nothing is booked.

    Nothing is closed in the week that is talked about."""
    zone = time.zone(calendar.coach.time_zone)
    third, fourth = this_week + 3 * WEEK, this_week + 4 * WEEK
    thursday = (fourth if talked_about == third else third) + dt.timedelta(days=3)
    away = Interval(
        time.day_bounds(thursday, zone).starts_at, time.day_bounds(thursday + dt.timedelta(days=1), zone).ends_at
    )
    TimeOff.objects.create(coach=calendar.coach, during=away.as_range(), reason="Seminar")
    tuesday, wednesday = ((third if talked_about == fourth else fourth) + dt.timedelta(days=day) for day in (1, 2))
    AvailabilityOverride.objects.create(coach=calendar.coach, date=tuesday)
    AvailabilityOverride.objects.create(
        coach=calendar.coach, date=wednesday, starts_at=dt.time(10), ends_at=dt.time(13)
    )
    return {thursday, thursday + dt.timedelta(days=1), tuesday, wednesday}


def _link(client: Client, user: User) -> None:
    client.user, client.email, client.language = user, user.email, user.language
    client.save(update_fields=["user", "email", "language"])


def _of(rows: Mapping[Person, Client], who: list[Person] | tuple[Person, ...]) -> dict[Person, Client]:
    return {person: rows[person] for person in who}
