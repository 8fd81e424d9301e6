"""A calendar file as somebody else's program reads it, by a library that did not write it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import vobject
from vobject import icalendar


@dataclass(frozen=True)
class Read:
    """An event: instants in UTC, however they were written."""

    uid: str
    sequence: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    status: str
    summary: str
    stamp: dt.datetime
    more: dict = field(repr=False)

    def value(self, name):
        """A property that may be missing."""
        return self.more[name][0].value if name in self.more else None

    def params(self, name):
        """Its parameters: {"RSVP": ["FALSE"]}."""
        return dict(self.more[name][0].params)


@dataclass(frozen=True)
class File:
    """A whole file: its method ("" for none), and its events in order."""

    method: str
    events: list
    zones: list
    name: str


def read(content):
    """Read it strictly, with no other idea of its zones than what it says of them itself."""
    text = content.decode()
    assert_is_well_written(text)
    known = vars(icalendar)["__tzidMap"]
    for zone in set(known) - {"UTC"}:
        del known[zone]
    calendar = vobject.readOne(text)
    events = [_event(each) for each in calendar.contents.get("vevent", [])]
    zones = [each.tzid.value for each in calendar.contents.get("vtimezone", [])]
    # Not from the reader's own list: whatever is missing in the file would be filled in there.
    assert all(type(known[zone]).__module__.startswith("dateutil") for zone in set(known) - {"UTC"})
    return File(_said(calendar, "method"), events, zones, _said(calendar, "x-wr-calname"))


def assert_is_well_written(text):
    """Lines end as they must and are not too long; nothing was slipped in between."""
    assert text.endswith("\r\n")
    for line in text.split("\r\n"):
        assert "\n" not in line
        assert "\r" not in line
        assert len(line.encode()) <= 75
    assert text.count("BEGIN:VEVENT\r\n") == text.count("\r\nUID:")


def _event(event):
    return Read(
        uid=event.uid.value,
        sequence=int(event.sequence.value),
        starts_at=event.dtstart.value.astimezone(dt.UTC),
        ends_at=event.dtend.value.astimezone(dt.UTC),
        status=event.status.value,
        summary=event.summary.value,
        stamp=event.dtstamp.value.astimezone(dt.UTC),
        more=event.contents,
    )


def _said(calendar, name):
    return calendar.contents[name][0].value if name in calendar.contents else ""
