"""Open questions as they come up in a week, made by the very actions that the pages call."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.kernel import time
from config.kernel.errors import Refusal
from config.kernel.time import Interval
from scheduling import slots
from scheduling.actions.conflicts import ask_to_move, offer_times
from scheduling.actions.proposals import answer_proposal, decline_proposal, end_due
from scheduling.actions.swap import Swap, propose_swap
from scheduling.actions.wait import put_on_list
from scheduling.demo import names
from scheduling.models import ConflictCase, Message, RescheduleProposal, Session
from scheduling.states import HOLDING, SessionStatus
from scheduling.windows import Window
from scheduling.wishes import AskToMove, Booking, OfferTimes, WaitFor

if TYPE_CHECKING:
    from clients.models import Client, User
    from scheduling.demo.names import Person
    from scheduling.demo.people import Calendar

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# Who would like which hour of that week: a weekday, of which Monday is 0, and the hour.
WISHES = {
    names.NIKOS: (0, 13),
    names.GIORGOS: (1, 17),
    names.PRIYA: (3, 11),
    names.MARIA: (3, 12),
    names.YANNIS: (3, 18),
}
WORDS = {
    "en": {
        "offer": "That hour is taken, I am afraid. Does one of these suit you?",
        "ask": "Could we move this one? I would be glad if one of these suits you.",
        "decline": "I can only do mornings before 10, or Saturday.",
    },
    "el": {
        "offer": "Αυτή η ώρα είναι πιασμένη. Σας βολεύει κάποια από αυτές;",
        "ask": "Μπορούμε να μεταφέρουμε αυτή τη συνεδρία; Θα βοηθούσε πολύ αν σας βολεύει κάποια από αυτές.",
        "decline": "Μπορώ μόνο πρωινά πριν τις 10, ή Σάββατο.",
    },
}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The coach at work: the calendar, the present, and the Monday of the week that is talked about."""

    calendar: Calendar
    now: dt.datetime
    monday: dt.date

    @property
    def coach(self) -> User:
        return self.calendar.coach.user

    @property
    def zone(self) -> dt.tzinfo:
        return time.zone(self.calendar.coach.time_zone)

    def client(self, person: Person) -> Client:
        return self.calendar.clients[person]

    def wish(self, person: Person) -> Interval:
        """The hour in that week which they would like."""
        weekday, hour = WISHES[person]
        starts_at = time.instant(self.monday + weekday * DAY, dt.time(hour), self.zone)
        return Interval.lasting(starts_at, self.calendar.coach.session_minutes)

    def evening(self, days: int) -> dt.datetime:
        """Six o'clock, so many days from now."""
        return time.instant(self.now.astimezone(self.zone).date() + days * DAY, dt.time(18), self.zone)


def ask_questions(desk: Desk) -> None:
    """One of each: an hour that was freed, somebody asked to move, times offered, none fits, nobody answered, two who are
    asked to swap, somebody who would come any Tuesday after five."""
    free_an_hour(desk)
    ask(desk, names.YANNIS, at=desk.now - 18 * HOUR, until=desk.evening(2))
    decline(desk)
    offer(desk, names.GIORGOS, at=desk.now - 3 * DAY, until=desk.evening(-1))
    end_due(desk.coach.pk, now=desk.now)
    # The client who signs in finds this one open.
    offer(desk, names.MARIA, at=desk.now - 2 * HOUR, until=desk.evening(2))
    swap(desk, at=desk.now - 5 * HOUR, until=desk.evening(2))
    wait(desk, names.AMELIE, at=desk.now - 4 * DAY)


def free_an_hour(desk: Desk) -> None:
    """Nikos waits for Monday at one; Dimitra, who has it, was asked and has just moved."""
    case = ask(desk, names.NIKOS, at=desk.now - 2 * DAY, until=desk.evening(1))
    proposal = case.proposals.get()
    chosen = proposal.offers.order_by("during")[0]
    answer_proposal(proposal.pk, chosen.pk, by=None, now=desk.now - 3 * HOUR)


def decline(desk: Desk) -> None:
    """Priya was offered times, and none of them fits."""
    proposal = offer(desk, names.PRIYA, at=desk.now - DAY, until=desk.evening(1))
    words = WORDS[proposal.recipient.language]["decline"]
    decline_proposal(proposal.pk, words, by=None, now=desk.now - 4 * HOUR)


def offer(desk: Desk, who: Person, *, at: dt.datetime, until: dt.datetime) -> RescheduleProposal:
    """Option 1: other times for whom the hour is not free."""
    client, wanted = desk.client(who), desk.wish(who)
    wish = OfferTimes(
        booking=Booking(client=client, during=wanted),
        offers=_times(desk, wanted, at=at, until=until, client=client),
        expires_at=until,
        note=WORDS[client.language]["offer"],
    )
    proposal = offer_times(wish, by=desk.coach, now=at)
    _date(proposal.case, at)
    return proposal


def ask(desk: Desk, who: Person, *, at: dt.datetime, until: dt.datetime) -> ConflictCase:
    """Option 2: whoever has the hour is asked to move."""
    wanted = desk.wish(who)
    session = Session.objects.overlapping(desk.coach, wanted).filter(status__in=HOLDING).select_related("client").get()
    wish = AskToMove(
        booking=Booking(client=desk.client(who), during=wanted),
        session_id=session.pk,
        session_version=session.version,
        offers=_times(desk, wanted, at=at, until=until, client=session.client, session=session),
        expires_at=until,
        note=WORDS[session.client.language]["ask"],
    )
    case = ask_to_move(wish, by=desk.coach, now=at)
    _date(case, at)
    return case


def swap(desk: Desk, *, at: dt.datetime, until: dt.datetime) -> None:
    """Two whom nobody asked anything else would have one another's hour; one has said yes."""
    ahead = Session.objects.filter(
        provider=desk.coach,
        status=SessionStatus.SCHEDULED,
        during__startswith__gt=until + DAY,
        proposals__isnull=True,
        blocks_cases__isnull=True,
    ).exclude(client__in=[desk.client(person) for person in WISHES])
    first = ahead.order_by("during", "pk")[0]
    others = ahead.exclude(client=first.client_id).order_by("during", "pk")
    for second in (each for each in others if each.minutes == first.minutes):
        both = Swap(first=first.pk, second=second.pk, versions=(first.version, second.version), overrule=True)
        try:
            asked = propose_swap(both, until, "", by=desk.coach, now=at)
        except Refusal:  # somebody has something else then
            continue
        answer_proposal(asked.pk, asked.offers.get().pk, by=None, now=desk.now - HOUR)
        return


def wait(desk: Desk, who: Person, *, at: dt.datetime) -> None:
    """Any Tuesday after five, for four weeks."""
    windows = (Window(1, dt.time(17), dt.time(20)),)
    last = desk.now.astimezone(desk.zone).date() + 28 * DAY
    length = desk.calendar.coach.session_minutes
    wish = WaitFor(client=desk.client(who), windows=windows, minutes=length, last_date=last, anyway=True)
    _date(put_on_list(wish, by=desk.coach, now=at), at)


def _times(
    desk: Desk, wanted: Interval, *, at: dt.datetime, until: dt.datetime, client: Client, session: Session | None = None
) -> tuple[Interval, ...]:
    """Four times near the wish that come after the answer."""
    near = slots.suggest(desk.coach, near=wanted, now=at, for_client=client, ignoring=session, count=20)
    return tuple([slot for slot in near if slot.starts_at > until + DAY][:4])


def _date(case: ConflictCase | None, at: dt.datetime) -> None:
    """Let the rows say when the deed was done; the database would say when the demo was made."""
    assert case is not None
    ConflictCase.objects.filter(pk=case.pk).update(created_at=at)
    RescheduleProposal.objects.filter(case=case).update(created_at=at)
    Message.objects.filter(proposal__case=case).update(created_at=at)
