"""From text to values: spans of a day and of a week, as they are typed row by row.

A mistake stands beside its row; nothing here asks what is booked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scheduling.forms import ClockField
from scheduling.hours import MIDNIGHT, Decisions, Fate, Span, WeeklyHours

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from django.http import QueryDict

DAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_SPANS = 6
_MIDNIGHT = re.compile(r"24(?:[:.]?00)?|0{1,2}(?:[:.]?00)?")
_LONGEST_REASON = 1000


class EndClockField(ClockField):
    """The end of a span: a time as 24 h text, or 24:00 for the midnight after the day."""

    def to_python(self, value: Any) -> dt.time | None:
        """The time that is meant; None when nothing is written."""
        return MIDNIGHT if _MIDNIGHT.fullmatch(str(value or "").strip()) else super().to_python(value)


FROM_FIELD = ClockField(error_messages={"required": gettext_lazy("Say from when, for example 9:00.")})
TO_FIELD = EndClockField(error_messages={"required": gettext_lazy("Say until when, for example 17:00.")})


@dataclass
class Row:
    """One span as it is typed, with what is wrong about it."""

    starts: str
    ends: str
    error: str = ""
    span: Span | None = None
    is_new: bool = False

    @classmethod
    def of(cls, span: Span) -> Row:
        """The span as it would be typed."""
        starts, _dash, ends = str(span).partition("–")
        return cls(starts, ends, span=span)

    def read(self) -> None:
        """Make a span of it, or say why it is none."""
        try:
            starts_at, ends_at = FROM_FIELD.clean(self.starts), TO_FIELD.clean(self.ends)
        except ValidationError as wrong:
            self.error = wrong.messages[0]
            return
        if ends_at <= starts_at:
            self.error = _(
                "The end must come after the start. Hours past midnight end at 24:00 and go on the next day."
            )
            return
        self.span = Span(starts_at, ends_at)


@dataclass
class DayRows:
    """The spans of one day as they are typed."""

    key: str
    rows: list[Row] = field(default_factory=list)
    error: str = ""
    # Drawn open although it is like another day, because it was touched.
    is_touched: bool = False
    is_alike: bool = False
    # What takes the focus after a press: the new row, or the day's buttons.
    focus: str = ""

    @property
    def name(self) -> str:
        """The weekday."""
        return str(WEEKDAYS[DAY_KEYS.index(self.key)])

    @property
    def others(self) -> list[tuple[str, str, bool]]:
        """The days that it can be copied to, with their names; those that workdays are copied to as a rule."""
        mine = DAY_KEYS.index(self.key)
        return [
            (key, str(WEEKDAYS[number]), number < 5 and mine < number)
            for number, key in enumerate(DAY_KEYS)
            if key != self.key
        ]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans that could be read, in order."""
        return tuple(sorted(row.span for row in self.rows if row.span))

    @property
    def is_wrong(self) -> bool:
        """Whether anything about it cannot be saved."""
        return bool(self.error) or any(row.error for row in self.rows)

    @property
    def summary(self) -> str:
        """ "09:00–14:00, 16:00–21:00"."""
        return ", ".join(map(str, self.spans))

    def read(self) -> None:
        """Leave out what is empty, read the rest, and compare the rows with one another."""
        self.rows = [row for row in self.rows if row.starts or row.ends]
        for row in self.rows:
            row.read()
        if len(self.rows) > MOST_SPANS:
            words = ngettext("At most %(number)s span a day.", "At most %(number)s spans a day.", MOST_SPANS)
            self.error = words % {"number": MOST_SPANS}
        before: list[Span] = []
        for row in self.rows:
            if row.span is None:
                continue
            other = next((each for each in before if _overlap(each, row.span)), None)
            if other:
                row.error = _("Overlaps %(span)s.") % {"span": other}
            before.append(row.span)


class WeekForm:
    """The weekly hours as they are typed; the buttons inside change what is typed, and save nothing."""

    def __init__(self, days: list[DayRows], *, seen: str, is_draft: bool = False) -> None:
        self.days, self.seen, self.is_draft = days, seen, is_draft
        self.said = ""
        self._mark_alike()

    @classmethod
    def of(cls, week: WeeklyHours) -> WeekForm:
        """The form as it opens."""
        days = [DayRows(key, [Row.of(span) for span in spans]) for key, spans in zip(DAY_KEYS, week.days, strict=True)]
        return cls(days, seen=week.token)

    @classmethod
    def typed(cls, data: QueryDict) -> WeekForm:
        """The form as it was sent."""
        days = [DayRows(key, list(rows_in(data, key))) for key in DAY_KEYS]
        return cls(days, seen=data.get("seen", "")[:64], is_draft=True)

    def is_valid(self) -> bool:
        """Whether all of it can be saved; says beside each row what cannot."""
        for day in self.days:
            day.read()
        self._mark_alike()
        return not any(day.is_wrong for day in self.days)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Where something is wrong, and what: the id to go to, and words."""
        found = []
        for day in self.days:
            if day.error:
                found.append((f"add-{day.key}", f"{day.name}: {day.error}"))
            found += [
                (f"{day.key}-from-{number}", f"{day.name}: {row.error}")
                for number, row in enumerate(day.rows)
                if row.error
            ]
        return found

    @property
    def week(self) -> WeeklyHours:
        """What is typed; only after `is_valid`."""
        return WeeklyHours(tuple(day.spans for day in self.days))

    @property
    def hours(self) -> int:
        """How many hours a normal week would have, of what can be read; rounded."""
        return round(self.week.minutes / 60)

    def press(self, data: QueryDict) -> bool:
        """Do what the pressed button says: another row, a row less, or copies; False when it was not one of these."""
        pressed = [name for name in ("add", "drop", "copy") if name in data]
        if not pressed:
            return False
        key, _dash, number = data.get(pressed[0], "").partition("-")
        day = next((each for each in self.days if each.key == key), None)
        if day is None:
            return True
        if pressed[0] == "copy":
            self._copy(day, data.getlist(f"copy-{key}"))
        elif pressed[0] == "add":
            self._add(day)
        else:
            self._drop(day, number)
        for each in self.days:
            for row in each.rows:
                row.read()
                row.error = ""
        self._mark_alike()
        return True

    def _add(self, day: DayRows) -> None:
        day.is_touched = True
        if len(day.rows) >= MOST_SPANS:
            day.focus = "add"
            return
        day.rows.append(Row("", "", is_new=True))

    def _drop(self, day: DayRows, number: str) -> None:
        day.is_touched, day.focus = True, "add"
        day.rows = [row for place, row in enumerate(day.rows) if str(place) != number]

    def _copy(self, day: DayRows, keys: list[str]) -> None:
        chosen = [each for each in self.days if each.key in keys and each is not day]
        for each in chosen:
            each.rows = [Row(row.starts, row.ends) for row in day.rows]
        day.focus = "copy"
        if chosen:
            self.said = _("Copied to: %(days)s") % {"days": ", ".join(each.name for each in chosen)}

    def _mark_alike(self) -> None:
        """On a phone, a day that is like an earlier one is folded to a line."""
        known: set[tuple[Span, ...]] = set()
        for day in self.days:
            is_plain = day.rows and len(day.spans) == len(day.rows) and not day.is_wrong and not day.is_touched
            day.is_alike = bool(is_plain) and day.spans in known
            known.add(day.spans)


def rows_in(data: QueryDict, key: str) -> Iterator[Row]:
    """The rows of that day in what was sent, in the order of their numbers."""
    name = re.compile(rf"{key}-(?:from|to)-([0-9]{{1,2}})")
    numbers = {int(match[1]) for sent in data if (match := name.fullmatch(sent))}
    for number in sorted(numbers):
        starts, ends = (data.get(f"{key}-{side}-{number}", "").strip()[:8] for side in ("from", "to"))
        yield Row(starts, ends)


def decisions_in(data: Mapping[str, str]) -> Decisions:
    """What was decided about the sessions that were listed; what makes no sense is not decided."""
    fates = {number: Fate(said) for number, said in _numbered(data, "fate") if said in set(Fate)}
    versions = {number: int(said) for number, said in _numbered(data, "seen") if re.fullmatch(r"[0-9]{1,9}", said)}
    if data.get("all") in set(Fate):
        fates = dict.fromkeys(fates, Fate(data["all"]))
    return Decisions(
        fates=fates,
        versions=versions,
        reason=data.get("cancel_reason", "").strip()[:_LONGEST_REASON],
        listed=data.get("listed", "")[:64],
    )


def _numbered(data: Mapping[str, str], name: str) -> Iterable[tuple[int, str]]:
    for sent in data:
        if match := re.fullmatch(rf"{name}-([0-9]{{1,18}})", sent):
            yield int(match[1]), data[sent]


def _overlap(one: Span, other: Span) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
