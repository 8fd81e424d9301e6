"""Sessions as calendar files (RFC 5545), to be sent, downloaded or subscribed to.

They leave the house: of the work itself nothing is said in them, and of people only what the reader may hand on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vDuration, vText

from clients.mail import Attachment, domain, one_line
from clients.recipients import recipient_of
from config.kernel import time
from scheduling import calendar_zones, letters
from scheduling.models import Session
from scheduling.queries.deeds import made_together
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.models import QuerySet

    from clients.models import OutboxMessage
    from config.kernel.time import Interval

CONTENT_TYPE = "text/calendar"
_MAKER = "-//Praxis//Sessions//EN"
# Apart by so much, two readings of one address are as good as one.
_REFRESH = dt.timedelta(hours=1)


class Method(StrEnum):
    """What a reader is to do with a file: a calendar takes it for an invitation, for its end, or only for news."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A session as it stands in somebody's calendar.  `version` is the session's, `changed_at` when it became so; `zone`
    is the one by whose clocks it was agreed; `url` leads to it on these pages."""

    session_id: int
    version: int
    during: Interval
    zone: str
    summary: str
    is_cancelled: bool
    changed_at: dt.datetime
    url: str


def uid_of(session_id: int) -> str:
    """What every calendar knows the session by, for as long as there is one."""
    return f"session-{session_id}@{domain()}"


def entry_for_client(session: Session, *, changed_at: dt.datetime) -> Entry:
    """The session as its client has it in their calendar, in the active language."""
    assert session.provider is not None
    name = one_line(session.provider.get_full_name())
    summary = _("Session with %(name)s") % {"name": name}
    return entry_of(session, summary, url=reverse("scheduling:my_home"), changed_at=changed_at)


def entry_of(session: Session, summary: str, *, url: str, changed_at: dt.datetime) -> Entry:
    """The session under that name; `url` is a path of these pages."""
    assert session.provider is not None
    return Entry(
        session_id=session.pk,
        version=session.version,
        during=session.interval,
        zone=letters.zone_of(session.provider),
        summary=summary,
        is_cancelled=session.status == SessionStatus.CANCELLED,
        changed_at=changed_at,
        url=settings.SITE_URL + url,
    )


def file_of(entries: Sequence[Entry], *, method: Method, to: str = "") -> bytes:
    """These sessions as one file.  `to` is the address of who is invited; who only reads is not named."""
    calendar = _calendar(entries)
    calendar.add("METHOD", method.value)
    for entry in entries:
        event = _event(entry)
        if method != Method.PUBLISH:
            event.add("ORGANIZER", _organizer())
            if to and settings.ICS_STYLE == "request":
                event.add("ATTENDEE", _invited(to))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def feed_of(entries: Sequence[Entry], *, name: str) -> bytes:
    """These sessions as what a calendar reads again and again, under that name.

    The same as long as nothing has changed: nothing in it is of the moment at which it is read."""
    calendar = _calendar(entries)
    calendar.add("X-WR-CALNAME", vText(name))
    calendar.add("REFRESH-INTERVAL", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(_REFRESH))
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def attachments_for(message: OutboxMessage) -> tuple[Attachment, ...]:
    """The calendar file that goes with a mail to a client; none with what is not news of a session that was agreed.

    It tells of the sessions as they are now, as the mail does."""
    find = _TOLD_WITH_A_FILE.get(message.kind)
    to = recipient_of(message) if find else None
    if find is None or to is None:
        return ()
    sessions = find(message.number)
    if not sessions:
        return ()
    with translation.override(to.language):
        entries = [entry_for_client(session, changed_at=time.now()) for session in sessions]
    # Its calendar would take only the first of several invitations in one file.
    method = Method.PUBLISH if len(entries) > 1 or settings.ICS_STYLE == "publish" else Method.REQUEST
    if all(entry.is_cancelled for entry in entries):
        method = Method.CANCEL
    content = file_of(entries, method=method, to=to.email)
    name = "session.ics" if len(entries) == 1 else "sessions.ics"
    return (Attachment(name=name, content=content, mime_type=f"{CONTENT_TYPE}; method={method.value}"),)


def _calendar(entries: Iterable[Entry]) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", _MAKER)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    spans: dict[str, list[Interval]] = {}
    for entry in entries:
        spans.setdefault(entry.zone, []).append(entry.during)
    for zone, during in sorted(spans.items()):
        first, last = min(each.starts_at for each in during), max(each.ends_at for each in during)
        if zone != "UTC":
            calendar.add_component(calendar_zones.clocks_of(time.zone(zone), first, last))
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("UID", uid_of(entry.session_id))
    event.add("SEQUENCE", entry.version - 1)
    event.add("DTSTAMP", entry.changed_at.astimezone(dt.UTC))
    starts_at, ends_at = _by_the_clock(entry)
    event.add("DTSTART", starts_at)
    event.add("DTEND", ends_at)
    event.add("SUMMARY", entry.summary)
    event.add("STATUS", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    # In a calendar that others may look into, that there is something is all they need.
    event.add("CLASS", "PRIVATE")
    if settings.PRACTICE_ADDRESS:
        event.add("LOCATION", one_line(settings.PRACTICE_ADDRESS))
    event.add("URL", entry.url)
    return event


def _by_the_clock(entry: Entry) -> tuple[dt.datetime, dt.datetime]:
    """When it begins and ends as clocks there show it; in UTC when one of the two is in an hour's second round, which
    clocks alone cannot tell from its first."""
    where = time.zone(entry.zone)
    local = entry.during.starts_at.astimezone(where), entry.during.ends_at.astimezone(where)
    if any(at.fold for at in local):
        return entry.during.starts_at, entry.during.ends_at
    return local


def _organizer() -> vCalAddress:
    organizer = _address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    organizer.params["CN"] = vText(one_line(settings.PRACTICE_NAME))
    return organizer


def _invited(email: str) -> vCalAddress:
    """Who is invited has said yes already, and nobody waits for an answer."""
    invited = _address(email)
    invited.params["CUTYPE"] = vText("INDIVIDUAL")
    invited.params["ROLE"] = vText("REQ-PARTICIPANT")
    invited.params["PARTSTAT"] = vText("ACCEPTED")
    invited.params["RSVP"] = vText("FALSE")
    return invited


def _address(email: str) -> vCalAddress:
    return vCalAddress(f"mailto:{one_line(email)}")


def _one(session_id: int) -> list[Session]:
    return list(_read().filter(pk=session_id))


def _all_made_with(session_id: int) -> list[Session]:
    """The sessions of a series that take place, in order of time."""
    rows = _read().filter(pk__in=made_together(session_id)).exclude(status=SessionStatus.CANCELLED)
    return list(rows.order_by("during"))


def _read() -> QuerySet[Session]:
    return Session.objects.filter(during__isnull=False).select_related("provider__coach")


_TOLD_WITH_A_FILE: dict[str, Callable[[int], list[Session]]] = {
    "session_booked": _one,
    "session_moved": _one,
    "session_cancelled": _one,
    "series_booked": _all_made_with,
}
