"""What people ask of the calendar, what stands against it, and what came of it: frozen values between forms, actions and pages."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import Client
    from config.kernel.time import Interval
    from scheduling.models import RescheduleProposal, Session
    from scheduling.windows import Window

MOST_OFFERS = 5


@dataclass(frozen=True, kw_only=True)
class Booking:
    """A session that a coach wants to make.

    `overrule`: obstacles that only warn have been seen and do not matter.  `notify`: the client is told.
    `case_id`: the client's wish for another hour that is settled with it."""

    client: Client
    during: Interval
    title: str = ""
    notify: bool = True
    overrule: bool = False
    form_key: str = ""
    case_id: int | None = None

    @property
    def fingerprint(self) -> str:
        """The same for the same answers: tells a form sent again from another one."""
        return fingerprint_of("book", *_booking_parts(self), self.overrule, self.case_id)


@dataclass(frozen=True, kw_only=True)
class OfferTimes:
    """Option 1: the client who wants in gets one to five other times, to be answered by `expires_at`."""

    booking: Booking
    offers: tuple[Interval, ...]
    expires_at: dt.datetime
    note: str = ""
    form_key: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same answers: tells a form sent again from another one."""
        return fingerprint_of("offer", *_booking_parts(self.booking), *self.offers, self.expires_at, self.note)


@dataclass(frozen=True, kw_only=True)
class AskToMove:
    """Option 2: the client of the session in the way gets other times for it; the wish waits.

    `session_version` is the version that the coach saw.  `book_when_freed`: no click is needed later."""

    booking: Booking
    session_id: int
    session_version: int
    offers: tuple[Interval, ...]
    expires_at: dt.datetime
    note: str = ""
    book_when_freed: bool = False
    form_key: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same answers: tells a form sent again from another one."""
        session = (self.session_id, self.session_version, self.book_when_freed)
        return fingerprint_of("ask", *_booking_parts(self.booking), *session, *self.offers, self.expires_at, self.note)


@dataclass(frozen=True, kw_only=True)
class WaitFor:
    """A place on the waiting list: any hour of so many minutes that lies in one of the windows, until that date.

    `anyway`: although free times suit.  `book_when_freed`: no click is needed later."""

    client: Client
    windows: tuple[Window, ...]
    minutes: int
    last_date: dt.date
    book_when_freed: bool = False
    anyway: bool = False
    form_key: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same answers: tells a form sent again from another one."""
        windows = (part for each in self.windows for part in (each.weekday, each.starts_at, each.ends_at))
        return fingerprint_of("wait", self.client.pk, self.minutes, self.last_date, self.book_when_freed, *windows)


@dataclass(frozen=True, kw_only=True)
class SeriesHour:
    """One hour of a series.  `accepted`: the marks (`rules.mark_of`) of what speaks against it and does not matter."""

    during: Interval
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Series:
    """Several sessions that a coach wants to make for one client, all of them or none."""

    client: Client
    hours: tuple[SeriesHour, ...]
    title: str = ""
    notify: bool = True
    form_key: str = ""

    @property
    def times(self) -> tuple[Interval, ...]:
        """The hours alone, in order."""
        return tuple(sorted(hour.during for hour in self.hours))

    @property
    def fingerprint(self) -> str:
        """The same for the same answers: tells a form sent again from another one."""
        return fingerprint_of("series", self.client.pk, *self.times, self.title, self.notify)


class ClashKind(enum.StrEnum):
    """Why an hour cannot be had, in the order in which it is looked for."""

    OWN = "own"  # the same client already has (some of) that hour with this coach
    CLIENT_BUSY = "client_busy"  # the client is with somebody else; with whom is nobody's business
    SEVERAL = "several"  # more than one session of this coach is in the way
    STARTED = "started"  # the one in the way has begun or is past
    FORMER = "former"  # its client is not in this coach's care any more
    ARCHIVED = "archived"  # its client's record is archived: nothing new is agreed with them
    ONE = "one"  # one session of this coach, still ahead


@dataclass(frozen=True, kw_only=True)
class Clash:
    """What is in the way of a client's wish.  `sessions` are this coach's own, by start; nobody else's.

    `unnamed` are those of them, by id, whose client is not in the coach's care any more: who that is is not told."""

    kind: ClashKind
    sessions: tuple[Session, ...]
    client: Client
    during: Interval
    unnamed: frozenset[int] = frozenset()

    @property
    def own(self) -> Session | None:
        """The client's own session in that hour, with this coach."""
        return next((session for session in self.sessions if session.client_id == self.client.pk), None)

    @property
    def may_ask(self) -> bool:
        """Whether option 2 makes sense: somebody could move and so make room."""
        return self.kind == ClashKind.ONE


class Ending(enum.StrEnum):
    """How a case ended, as it is kept in `resolution`."""

    BOOKED = "booked"  # the coach booked the hour after all
    PICKED = "picked"  # the wisher took one of the times offered
    FREED = "freed"  # the hour became free, and was booked for the wisher
    COUNTERED = "countered"  # the coach took a time that the wisher had written
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an answer did: the session at its new time.  `first` is False for the same answer sent again."""

    proposal: RescheduleProposal
    session: Session
    first: bool = True


@dataclass(frozen=True, kw_only=True)
class Undone:
    """What an undo did: the session as it was before, and which change it took back.

    `withdrawn`: times were on offer to its client, and are so no more."""

    session: Session
    verb: str
    withdrawn: bool


def _booking_parts(booking: Booking) -> tuple[object, ...]:
    return booking.client.pk, booking.during, booking.title, booking.notify


def fingerprint_of(*parts: object) -> str:
    """The same for the same answers: tells a form sent again from another one."""
    return hashlib.sha256("\x1f".join(_plain(part) for part in parts).encode()).hexdigest()


def _plain(part: object) -> str:
    starts_at, ends_at = getattr(part, "starts_at", None), getattr(part, "ends_at", None)
    return f"{starts_at.timestamp()}–{ends_at.timestamp()}" if starts_at and ends_at else str(part)
