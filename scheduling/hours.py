"""When a calendar is open and what is done about what it closes on: frozen values between forms, actions and pages."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.kernel import dates
from config.kernel.time import Interval
from scheduling.wishes import fingerprint_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal


# No local time can say 24:00; the engine takes the last minute of a day for the midnight after it.
MIDNIGHT = dt.time(23, 59)
_A_DAY = 24 * 60


@dataclass(frozen=True, order=True)
class Span:
    """Open from one local time to another, on the same day."""

    starts_at: dt.time
    ends_at: dt.time

    @property
    def minutes(self) -> int:
        """How long it is by the clock on the wall."""
        end = _A_DAY if self.ends_at >= MIDNIGHT else _minute(self.ends_at)
        return end - _minute(self.starts_at)

    def __str__(self) -> str:
        return f"{dates.clock(self.starts_at)}–{end_word(self.ends_at)}"


@dataclass(frozen=True)
class WeeklyHours:
    """The spans of each weekday, Monday first, each day's in order."""

    days: tuple[tuple[Span, ...], ...]

    @property
    def token(self) -> str:
        """The same for the same hours: tells whether somebody has changed them meanwhile."""
        return token_of(*self.days)

    @property
    def minutes(self) -> int:
        """How long a normal week is open."""
        return sum(span.minutes for day in self.days for span in day)


class Fate(enum.StrEnum):
    """What becomes of a session that stands where the calendar closes."""

    KEEP = "keep"
    ASK = "ask"
    CANCEL = "cancel"


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """What the coach decided, by session: its fate, and the version that was looked at.

    `reason` goes with every session that is cancelled.  `listed` is the token of the offers and wishes shown."""

    fates: Mapping[int, Fate] = field(default_factory=dict)
    versions: Mapping[int, int] = field(default_factory=dict)
    reason: str = ""
    listed: str = ""

    def covers(self, session: Booked) -> bool:
        """Whether this session, as it is now, was looked at and, if it is the coach's to change, decided upon."""
        is_seen = self.versions.get(session.id) == session.version
        return is_seen and (session.id in self.fates or not session.in_care)


@dataclass(frozen=True, kw_only=True)
class Booked:
    """A session that stands where the calendar is closed or would be.  Without a care that goes on, nobody's name."""

    id: int
    version: int
    client: uuid.UUID
    name: str
    during: Interval
    is_paid: bool
    is_asked: bool
    in_care: bool
    has_begun: bool


@dataclass(frozen=True, kw_only=True)
class Loose:
    """An offered time or a wish that stands in hours that close; it is not decided upon, but it is named."""

    kind: str
    name: str
    during: Interval


def without(hours: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    """What of these hours lies in none of the others; both in order and each without overlaps."""
    left: list[Interval] = []
    for hour in hours:
        begin = hour.starts_at
        for other in others:
            if other.ends_at <= begin or other.starts_at >= hour.ends_at:
                continue
            if begin < other.starts_at:
                left.append(Interval(begin, other.starts_at))
            begin = max(begin, other.ends_at)
        if begin < hour.ends_at:
            left.append(Interval(begin, hour.ends_at))
    return left


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What closing some hours did to the sessions in them; `time_off` is the row that was made for it."""

    time_off: int | None = None
    cancelled: int = 0
    to_ask: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A time off that a coach wants to take."""

    during: Interval
    reason: str = ""
    form_key: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same answers: tells a form sent again from another one."""
        return fingerprint_of("away", self.during, self.reason)


@dataclass(frozen=True, kw_only=True)
class BookingRules:
    """How a calendar is booked.  Lengths in minutes, `horizon` in days."""

    title: str
    session_minutes: int
    slot_step_minutes: int
    buffer_minutes: int
    notice_minutes: int
    horizon_days: int
    price: Decimal | None
    time_zone: str

    @property
    def token(self) -> str:
        """The same for the same rules: tells whether somebody has changed them meanwhile."""
        price = None if self.price is None else f"{self.price:.2f}"
        lengths = self.session_minutes, self.slot_step_minutes, self.buffer_minutes, self.notice_minutes
        return token_of(self.title, *lengths, self.horizon_days, price, self.time_zone)


def end_word(at: dt.time) -> str:
    """An end as it is written: 24:00 for midnight."""
    return "24:00" if at >= MIDNIGHT else dates.clock(at)


def token_of(*parts: object) -> str:
    """A short name for how something stands, to be compared when a form comes back."""
    plain = (",".join(map(str, part)) if isinstance(part, tuple) else part for part in parts)
    return fingerprint_of(*plain)[:16]


def token_of_loose(loose: Iterable[Loose]) -> str:
    """A name for these offers and wishes; empty for none."""
    parts = [(each.kind, each.during.starts_at, each.during.ends_at, each.name) for each in loose]
    return token_of(*parts) if parts else ""


def _minute(at: dt.time) -> int:
    return at.hour * 60 + at.minute
