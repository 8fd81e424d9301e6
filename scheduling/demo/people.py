"""The demo's people as rows: who signs in, who is a coach, who is in whose care."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from clients.models import Care, Client, User
from clients.states import ClientStatus
from scheduling.demo import names
from scheduling.models import AvailabilityRule, Coach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scheduling.demo.names import Person

# Every how many clients one is written in their own letters, whatever the language of the demo.
_OWN_LETTERS = 4
_FOR_YEARS = dt.timedelta(days=400)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """A coach with the hours of each weekday (Monday is 0), and who comes."""

    coach: Coach
    hours: Mapping[int, Sequence[tuple[str, str]]]
    clients: Mapping[Person, Client]


LONG_DAY = (("09:00", "14:00"), ("16:00", "20:00"))
HOURS_OF_ELENA = {0: LONG_DAY, 1: LONG_DAY, 3: LONG_DAY, 4: LONG_DAY, 5: (("10:00", "14:00"),)}
HOURS_OF_DANIEL = dict.fromkeys((1, 2, 3), (("10:00", "13:00"), ("14:00", "18:00")))


def make_logins(lang: str) -> dict[str, User]:
    """Those who sign in, by the first part of their address."""
    rows = (
        ("coach", names.ELENA, False),
        ("coach2", names.DANIEL, False),
        ("mechanic", names.KOSTAS, False),
        ("mechanic2", names.DESPINA, False),
        ("client", names.MARIA, False),
        ("staff", names.ANNA, True),
    )
    password = make_password(names.PASSWORD)
    users = [
        User(
            email=f"{login}@praxis.test",
            full_name=person.name(lang),
            password=password,
            time_zone=person.zone,
            language=lang,
            is_staff=is_staff,
        )
        for login, person, is_staff in rows
    ]
    return {user.email.partition("@")[0]: user for user in User.objects.bulk_create(users)}


def make_user(person: Person, lang: str) -> User:
    """Somebody more who signs in, by a code only."""
    return User.objects.create_user(person.email, full_name=person.name(lang), time_zone=person.zone, language=lang)


def make_clients(people: Iterable[Person], lang: str, at: dt.datetime) -> dict[Person, Client]:
    """A record for each, made long ago; one of them is archived."""
    rows = {
        person: Client(
            id=uuid.uuid5(uuid.NAMESPACE_DNS, person.email),
            full_name=person.name(lang, own=number % _OWN_LETTERS == _OWN_LETTERS - 1),
            email=person.email,
            phone=person.phone,
            language=person.language,
            time_zone=person.zone,
            status=ClientStatus.ARCHIVED if person is names.STAVROS else ClientStatus.ACTIVE,
            created_at=at - _FOR_YEARS,
        )
        for number, person in enumerate(people)
    }
    Client.objects.bulk_create(rows.values())
    return rows


def make_coach(user: User, hours: Mapping[int, Sequence[tuple[str, str]]], **settings: object) -> Coach:
    """A calendar with its weekly hours."""
    coach = Coach.objects.create(user=user, time_zone=user.time_zone, **settings)
    AvailabilityRule.objects.bulk_create(
        AvailabilityRule(coach=coach, weekday=day, starts_at=clock(starts), ends_at=clock(ends))
        for day, openings in hours.items()
        for starts, ends in openings
    )
    return coach


def take_into_care(calendar: Calendar, at: dt.datetime) -> None:
    """All clients of a calendar into the care of its coach."""
    Care.objects.bulk_create(
        Care(client=client, provider=calendar.coach.user, started_at=at - _FOR_YEARS)
        for client in calendar.clients.values()
    )


def clock(text: str) -> dt.time:
    """ "09:00" as a local time."""
    return dt.time.fromisoformat(text)
