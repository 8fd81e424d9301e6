"""What is timed: each deed with units of work that are there before the clock runs, and what is a unit's own in it."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass
from typing import Any

from clients.models import Client
from config.kernel import time
from config.kernel.time import Interval
from scheduling import holidays
from scheduling.actions.book import book_session
from scheduling.actions.move import move_session
from scheduling.actions.proposals import answer_proposal
from scheduling.actions.swap import Swap, swap_sessions
from scheduling.models import Coach, Session
from scheduling.wishes import Booking
from tests.factories import NOW, create_case, create_proposal, create_session, moment

# Ids of the tables begin far apart, so that no two values of a unit are the same number.
_TABLES = ("scheduling_session", "scheduling_conflictcase", "scheduling_rescheduleproposal", "scheduling_slotoffer")


def keep_ids_apart(raw):
    """To be called before units are made; again, nothing more happens."""
    for number, table in enumerate(_TABLES, 1):
        sequence = f"{table}_id_seq"
        raw.execute(
            f"SELECT setval('{sequence}', greatest({number * 10_000_000}, (SELECT last_value FROM {sequence})))"
        )


def hours(coach, *starts, weeks, since=NOW):
    """Hours outside the sessions of the filled database that nobody has, but for holidays, so many weeks later."""
    taken = set(Session.objects.filter(provider=coach.user).values_list("during", flat=True))
    monday = time.monday_of(since.date())
    closed = holidays.dates_in(monday, monday + dt.timedelta(weeks=99))
    for week, day, start in itertools.product(weeks, range(5), starts):
        date = monday + dt.timedelta(weeks=week, days=day)
        hour = Interval.lasting(moment(f"{date} {start}"), 50)
        if date not in closed and hour.as_range() not in taken:
            yield hour


@dataclass(frozen=True)
class Place:
    """The number of a coach of the filled database; of so many who share their weeks and clients, the how manieth."""

    coach: int
    share: int = 0
    sharing: int = 1


@dataclass
class Desk:
    """A coach of the filled database, two clients, and hours that are free: open ones, and others."""

    coach: Any
    clients: list[Client]
    open: Any
    late: Any

    @classmethod
    def at(cls, place):
        coach = Coach.objects.select_related("user").order_by("pk")[place.coach]
        clients = Client.objects.filter(care__provider=coach.user).order_by("pk")
        two = list(clients[2 * place.share : 2 * place.share + 2])
        weeks, more_weeks = (range(1 + place.share, end, place.sharing) for end in (99, 150))
        late = hours(coach, "20:00", "20:50", "21:40", "22:30", weeks=more_weeks)
        return cls(coach, two, hours(coach, "08:00", "18:00", "18:50", weeks=weeks), late)

    def session(self, client=0):
        return create_session(coach=self.coach, client=self.clients[client], at=next(self.late).starts_at)


class Book:
    """The coach books an open hour."""

    name = "booking"

    def unit(self, desk):
        return {"during": next(desk.open), "form": uuid.uuid4().hex}

    def act(self, desk, unit):
        wish = Booking(client=desk.clients[0], during=unit["during"], form_key=unit["form"])
        return {"made": book_session(wish, by=desk.coach.user, now=NOW).pk}


class Pick:
    """A client takes an offered time by a link: a session is made, a wish resolved."""

    name = "answer to an offer"

    def unit(self, desk):
        blocking = Session.objects.filter(provider=desk.coach.user, during__startswith__gt=NOW).first()
        case = create_case(coach=desk.coach, client=desk.clients[0], blocking=blocking)
        proposal = create_proposal(case=case, offers=[next(desk.late).starts_at])
        offer = proposal.offers.get()
        return {"case": case.pk, "proposal": proposal.pk, "offer": offer.pk, "during": offer.interval}

    def act(self, desk, unit):
        return {"made": answer_proposal(unit["proposal"], unit["offer"], by=None, now=NOW).session.pk}


class MoveAsked:
    """A client who was asked to move takes one of the times by a link: the session moves."""

    name = "answer that moves"

    def unit(self, desk):
        session = desk.session()
        proposal = create_proposal(session=session, offers=[next(desk.late).starts_at])
        offer = proposal.offers.get()
        return {
            "session": session.pk,
            "before": session.interval,
            "proposal": proposal.pk,
            "offer": offer.pk,
            "during": offer.interval,
        }

    def act(self, desk, unit):
        answer_proposal(unit["proposal"], unit["offer"], by=None, now=NOW)
        return {}


class Move:
    """The coach moves a session to an hour that is free."""

    name = "move"

    def unit(self, desk):
        session = desk.session()
        return {"session": session.pk, "before": session.interval, "during": next(desk.late)}

    def act(self, desk, unit):
        move_session(unit["session"], unit["during"], by=desk.coach.user, now=NOW, version=1, overrule=True)
        return {}


class SwapTwo:
    """The coach lets two sessions swap."""

    name = "swap"

    def unit(self, desk):
        first, second = desk.session(0), desk.session(1)
        return {"session": first.pk, "other": second.pk, "before": first.interval, "during": second.interval}

    def act(self, desk, unit):
        swap_sessions(Swap(first=unit["session"], second=unit["other"], versions=(1, 1)), by=desk.coach.user, now=NOW)
        return {}


BOOKING = Book()
# One line for each; whatever has `name`, `unit` and `act` can stand here.
DEEDS = (BOOKING, Pick(), MoveAsked(), Move(), SwapTwo())


def own_values(unit):
    """A unit's values as statements carry them, each with its name."""
    found = {}
    for name, value in unit.items():
        if isinstance(value, Interval):
            found[name] = value.as_range()
        else:
            found[name] = value
            kind = "session" if name in {"session", "other", "made"} else name
            found[f"{name} as object"] = f"{kind}:{value}"
    return found
