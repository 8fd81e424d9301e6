"""Rows for tests: one factory a model, and functions that say what matters and nothing else.

What is not asked for is plain and the same every time: no luck, no clock, no second row."""

from __future__ import annotations

import datetime as dt
import uuid

import factory
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from clients.models import AccessLink, Care, Client, Notification, OutboxMessage, User
from config.kernel import time
from config.kernel.time import Interval
from scheduling import rules
from scheduling.models import (
    AvailabilityOverride,
    AvailabilityRule,
    Coach,
    ConflictCase,
    CounterTime,
    Message,
    RescheduleProposal,
    Session,
    SessionNote,
    SlotOffer,
    TimeOff,
    WaitingWindow,
)
from scheduling.states import ProposalKind, ProposalStatus, SessionKind, SessionStatus

# A Friday; in Athens it is 11:00.
NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
ATHENS = "Europe/Athens"
PASSWORD = "praxis-test"
WORKDAYS = tuple((weekday, "09:00", "17:00") for weekday in range(5))


class UserFactory(factory.django.DjangoModelFactory):
    email = factory.Sequence(lambda n: f"user{n}@praxis.test")
    full_name = factory.Sequence(lambda n: f"User Number {n}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
    language = "en"
    time_zone = ATHENS

    class Meta:
        model = User


class CoachFactory(factory.django.DjangoModelFactory):
    user = factory.SubFactory(UserFactory)
    time_zone = ATHENS

    class Meta:
        model = Coach


class ClientFactory(factory.django.DjangoModelFactory):
    full_name = factory.Sequence(lambda n: f"Client Number {n}")
    email = factory.Sequence(lambda n: f"client{n}@praxis.test")
    language = "en"
    time_zone = ATHENS

    class Meta:
        model = Client


class CareFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Care


class RuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AvailabilityRule


class OverrideFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AvailabilityOverride


class TimeOffFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TimeOff


class SessionFactory(factory.django.DjangoModelFactory):
    kind = SessionKind.BOOKED
    status = SessionStatus.SCHEDULED
    # The database's own clock goes on while that of the tests stands.
    created_at = NOW

    class Meta:
        model = Session


class NoteFactory(factory.django.DjangoModelFactory):
    created_at = saved_at = NOW

    class Meta:
        model = SessionNote


class CaseFactory(factory.django.DjangoModelFactory):
    created_at = NOW

    class Meta:
        model = ConflictCase


class WindowFactory(factory.django.DjangoModelFactory):
    created_at = NOW

    class Meta:
        model = WaitingWindow


class ProposalFactory(factory.django.DjangoModelFactory):
    created_at = NOW

    class Meta:
        model = RescheduleProposal


class OfferFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SlotOffer


class CounterFactory(factory.django.DjangoModelFactory):
    created_at = NOW

    class Meta:
        model = CounterTime


class MessageFactory(factory.django.DjangoModelFactory):
    created_at = NOW

    class Meta:
        model = Message


class NotificationFactory(factory.django.DjangoModelFactory):
    kind = "message_sent"

    class Meta:
        model = Notification


class LinkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AccessLink


def moment(at, *, zone=ATHENS):
    """An instant: `at` itself when it is one, else 'YYYY-MM-DD HH:MM' as a clock in the zone shows it."""
    if isinstance(at, dt.datetime):
        return at
    local = dt.datetime.fromisoformat(at)
    return time.instant(local.date(), local.time(), time.zone(zone))


def hour(at, *, minutes=50, zone=ATHENS):
    """The interval that starts there and lasts so many minutes."""
    return Interval.lasting(moment(at, zone=zone), minutes)


def create_user(**fields):
    """Signs in with PASSWORD."""
    return UserFactory(**fields)


def create_coach(
    *,
    hours=WORKDAYS,
    zone=ATHENS,
    minutes=50,
    step=30,
    buffer=0,
    notice=0,
    horizon=90,
    price=None,
    holidays=False,
    **user,
):
    """A coach with weekly hours [(weekday, 'HH:MM', 'HH:MM'), …], open on holidays; other fields are the user's."""
    coach = CoachFactory(
        user=create_user(time_zone=zone, **user),
        time_zone=zone,
        session_minutes=minutes,
        slot_step_minutes=step,
        buffer_minutes=buffer,
        notice_minutes=notice,
        horizon_days=horizon,
        price=price,
        closed_on_holidays=holidays,
    )
    rules = [
        RuleFactory.build(coach=coach, weekday=weekday, starts_at=_clock(starts_at), ends_at=_clock(ends_at))
        for weekday, starts_at, ends_at in hours
    ]
    AvailabilityRule.objects.bulk_create(rules)
    return coach


def create_rule(*, coach, weekday, starts_at, ends_at):
    """Weekly hours; times as 'HH:MM'."""
    return RuleFactory(coach=coach, weekday=weekday, starts_at=_clock(starts_at), ends_at=_clock(ends_at))


def create_override(*, coach, date, starts_at=None, ends_at=None):
    """Other hours on a date 'YYYY-MM-DD'; without times, closed."""
    return OverrideFactory(
        coach=coach, date=dt.date.fromisoformat(date), starts_at=_clock(starts_at), ends_at=_clock(ends_at)
    )


def create_time_off(*, coach, starts, ends, reason=""):
    """Away from one local time to another, 'YYYY-MM-DD HH:MM' in the coach's zone."""
    away = Interval(moment(starts, zone=coach.time_zone), moment(ends, zone=coach.time_zone))
    return TimeOffFactory(coach=coach, during=away.as_range(), reason=reason)


def create_client(*, of=(), **fields):
    """A client in the care of that coach (or user), or of several; without, of nobody."""
    client = ClientFactory(**fields)
    for provider in of if isinstance(of, (list, tuple)) else [of]:
        create_care(client=client, provider=provider)
    return client


def create_care(*, client, provider, ended_at=None):
    """What lets the provider see the client."""
    return CareFactory(client=client, provider=_user(provider), ended_at=ended_at)


def create_session(*, coach, client, at, minutes=50, status=SessionStatus.SCHEDULED, **fields):
    """A booked session; `at` is an instant, or 'YYYY-MM-DD HH:MM' in the coach's zone."""
    provider = _user(coach)
    during = hour(at, minutes=minutes, zone=_zone(coach))
    session = SessionFactory(provider=provider, client=client, during=during.as_range(), **fields)
    if status != SessionStatus.SCHEDULED:  # nothing is born otherwise
        session.status = status
        session.cancelled_at = during.starts_at if status == SessionStatus.CANCELLED else None
        session.save(update_fields=["status", "cancelled_at"])
    return session


def create_note(*, session, body="What was said", **fields):
    """The private note of the session's coach; with `locked_at`, finished."""
    return NoteFactory(session=session, author=session.provider, body=body, **fields)


def create_case(*, coach, client, blocking, at=None, minutes=50, **fields):
    """A pending wish of the client; without `at`, for the blocking session's own time."""
    wanted = hour(at, minutes=minutes, zone=_zone(coach)) if at else blocking.interval
    return CaseFactory(
        provider=_user(coach), client=client, blocking_session=blocking, wanted=wanted.as_range(), **fields
    )


def create_wait(
    *,
    coach,
    client,
    weekdays=(None,),
    starts="00:00",
    ends="23:59",
    minutes=50,
    first="2026-11-20",
    last="2026-12-18",
    at=None,
    **fields,
):
    """A place on the waiting list: an hour on one of these weekdays (None: any), between these local times.

    With `at`, an hour is held for it, until two days after NOW unless `held_until` says otherwise."""
    if at:
        held = {"wanted": hour(at, minutes=minutes, zone=_zone(coach)).as_range()}
        fields = held | {"held_until": NOW + dt.timedelta(days=2)} | fields
    # The two stand or fall together.
    with transaction.atomic():
        case = CaseFactory(
            provider=_user(coach),
            client=client,
            minutes=minutes,
            first_date=dt.date.fromisoformat(first),
            last_date=dt.date.fromisoformat(last),
            **fields,
        )
        for weekday in weekdays:
            WindowFactory(case=case, weekday=weekday, starts_at=_clock(starts), ends_at=_clock(ends))
    return case


def create_proposal(*, case=None, session=None, offers=(), expires_at=None, held=True, **fields):
    """Times put to the wisher of `case`, or to the client of `session` when one is asked to move.

    `offers` are instants or 'YYYY-MM-DD HH:MM' in the provider's zone, each as long as what it stands for.
    Without `expires_at` it can be answered until an hour before the first of them, or for a day."""
    about = session or case
    zone = about.provider.time_zone
    starts = [moment(at, zone=zone) for at in offers]
    proposal = ProposalFactory(
        kind=ProposalKind.ASK_TO_MOVE if session else ProposalKind.OFFER_TIMES,
        case=case,
        session=session,
        provider=about.provider,
        recipient=about.client,
        expires_at=expires_at or (min(starts) - dt.timedelta(hours=1) if starts else NOW + dt.timedelta(days=1)),
        **fields,
    )
    for at in starts:
        create_offer(
            proposal=proposal,
            at=at,
            minutes=about.length if case and not session else about.interval.minutes,
            held=held,
        )
    return proposal


@transaction.atomic
def create_swap(first, second, *, expires_at=None):
    """Both clients of two sessions of one coach asked to swap; the question to the first one's is returned first."""
    with connection.cursor() as cursor:
        sequence = "pg_get_serial_sequence('scheduling_rescheduleproposal', 'id')"
        cursor.execute(f"SELECT nextval({sequence}), nextval({sequence})")
        numbers = cursor.fetchone()
    hours = rules.swapped(first.interval, second.interval)
    asked = [
        ProposalFactory(
            pk=number,
            twin_id=twin,
            kind=ProposalKind.SWAP,
            session=session,
            provider=session.provider,
            recipient=session.client,
            expires_at=expires_at or min(first.starts_at, second.starts_at) - dt.timedelta(hours=1),
        )
        for number, twin, session in zip(numbers, reversed(numbers), (first, second), strict=True)
    ]
    for proposal, during in zip(asked, hours, strict=True):
        OfferFactory(proposal=proposal, during=during.as_range(), held=False)
    return asked


def create_offer(*, proposal, at, minutes=50, held=True):
    """One offered time; `at` is an instant, or 'YYYY-MM-DD HH:MM' in the provider's zone."""
    during = hour(at, minutes=minutes, zone=proposal.provider.time_zone)
    return OfferFactory(proposal=proposal, during=during.as_range(), held=held)


def create_counter(*, proposal, at, place=1, minutes=50):
    """A time that the recipient wrote instead, with "none fits"; `at` as for an offer."""
    if proposal.status == ProposalStatus.OPEN:
        proposal.status, proposal.answered_at = ProposalStatus.DECLINED, NOW
        proposal.save(update_fields=["status", "answered_at"])
    during = hour(at, minutes=minutes, zone=proposal.provider.time_zone)
    return CounterFactory(proposal=proposal, place=place, during=during.as_range())


def create_message(*, coach, client, by=None, body="A few words", ago=0, outcome=None, **fields):
    """A text, so many minutes before NOW, of the client unless `by` says otherwise; with an `outcome`, told with that."""
    provider, at = _user(coach), NOW - dt.timedelta(minutes=ago)
    author = _user(by or client.user)
    outbox = None
    if outcome is not None:
        told = {"sent_at": at} if outcome in {"mailed", "told"} else {"dropped_at": at} if outcome else {}
        outbox = OutboxMessage.objects.create(
            kind="message_sent",
            recipient=f"client:{client.pk}" if author == provider else f"user:{provider.pk}",
            object=f"message:{uuid.uuid4()}",
            version=1,
            told_at=at if outcome else None,
            outcome=outcome,
            created_at=at,
            **told,
        )
    message = MessageFactory(
        provider=provider, client=client, author=author, body=body, created_at=at, outbox=outbox, **fields
    )
    if outbox:
        outbox.object = f"message:{message.pk}"
        outbox.save(update_fields=["object"])
    return message


def create_line(*, coach, client, code="session_booked", facts=None, ago=0, **fields):
    """A line of the house, as it is written when something is told."""
    at = NOW - dt.timedelta(minutes=ago)
    row = {"kind": "system", "body": code, "facts": facts or {}, "read_at": at, "created_at": at}
    return MessageFactory(provider=_user(coach), client=client, **row, **fields)


def create_news(*, to, about=None, ago=0, is_read=False, url="/calendar/", **fields):
    """A line at the bell of that person, so many minutes before NOW: a message from `about`, a client or a coach."""
    named = {"client": str(about.pk)} if isinstance(about, Client) else {"coach": about.pk} if about else {}
    at = NOW - dt.timedelta(minutes=ago)
    facts = {**named, "zone": ATHENS, **fields.pop("facts", {})}
    read_at = at if is_read else None
    return NotificationFactory(user=_user(to), facts=facts, url=url, created_at=at, read_at=read_at, **fields)


def _user(coach):
    return coach.user if isinstance(coach, Coach) else coach


def _zone(coach):
    return coach.time_zone


def _clock(text):
    return dt.time.fromisoformat(text) if isinstance(text, str) else text
