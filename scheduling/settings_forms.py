"""From text to values: hours of one date, time off, and the rules of booking, in the coach's own time."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import formats
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models.fields import LONGEST_NAME, NAME_VALIDATORS, validate_time_zone, zone_choices
from config.kernel import dates, time
from config.kernel.time import Interval, SkippedTime
from scheduling.forms import DAYS_AHEAD, DAYS_BACK, LONGEST, SHORTEST, ClockField
from scheduling.hours import MIDNIGHT, Absence, BookingRules, Span
from scheduling.hours_forms import DayRows, EndClockField, rows_in

if TYPE_CHECKING:
    from django.http import QueryDict

    from scheduling.models import Coach

LONGEST_AWAY = 366
_DATE_ERRORS = {
    "required": gettext_lazy("Choose a day."),
    "invalid": gettext_lazy("There is no such day. Choose one from the calendar."),
}
# Rows for a single date: as many as anybody needs on one.
DATE_ROWS = 3


def _date_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"})
    return forms.DateField(label=label, widget=widget, error_messages=_DATE_ERRORS)


class DateForm(forms.Form):
    """One date with hours of its own, or closed."""

    date = _date_field(gettext_lazy("Date"))
    closed = forms.BooleanField(label=gettext_lazy("Closed all day"), required=False)

    def __init__(self, data: QueryDict | None = None, *, coach: Coach) -> None:
        super().__init__(data, auto_id="date-%s")
        self.coach, self.where = coach, time.zone(coach.time_zone)
        self.day = DayRows("date", list(rows_in(data, "date")) if data else [])

    @property
    def rows(self) -> list[tuple[int, str, str, str]]:
        """The rows to draw: number, from, to, and what is wrong; empty ones to fill in."""
        typed = [(row.starts, row.ends, row.error) for row in self.day.rows]
        empty = [("", "", "")] * max(0, DATE_ROWS - len(typed))
        return [(number, *row) for number, row in enumerate([*typed, *empty])]

    def clean_date(self) -> dt.date:
        date: dt.date = self.cleaned_data["date"]
        today = time.now().astimezone(self.where).date()
        last = today + dt.timedelta(days=DAYS_AHEAD)
        if not today <= date <= last:
            words = _("Choose a day from %(first)s to %(last)s.")
            raise ValidationError(words % {"first": dates.day(today), "last": dates.day(last)}, "too_far")
        return date

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        self.day.read()
        if found.get("closed"):
            return found
        if self.day.is_wrong:
            self.add_error(None, self.day.error or next(row.error for row in self.day.rows if row.error))
        elif not self.day.rows:
            self.add_error(None, _("Say from when to when it is open, or that it is closed all day."))
        return found

    def hours(self) -> tuple[Span, ...]:
        """The spans of that date, none when it is closed; only after `is_valid`."""
        return () if self.cleaned_data["closed"] else self.day.spans


class AwayForm(forms.Form):
    """Time off: whole days as a rule, or from a time on the first to a time on the last."""

    first = _date_field(gettext_lazy("From"))
    last = _date_field(gettext_lazy("Last day"))
    first_at = ClockField(label=gettext_lazy("Leaves at"), required=False)
    last_at = EndClockField(label=gettext_lazy("Back at"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=LONGEST_NAME, validators=list(NAME_VALIDATORS)
    )
    form_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, coach: Coach) -> None:
        super().__init__(data, auto_id="away-%s")
        self.where = time.zone(coach.time_zone)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"first", "last", "first_at", "last_at"} <= found.keys():
            return found
        first, last = found["first"], found["last"]
        if wrong := self._wrong_days(first, last):
            self.add_error("last", wrong)
            return found
        try:
            found["during"] = self._interval(first, last, found["first_at"], found["last_at"])
        except SkippedTime:
            self.add_error(None, _("The clocks go forward that night: there is no such time. Choose another."))
        except ValueError:
            self.add_error("last_at", _("The end must come after the start."))
        else:
            if found["during"].ends_at <= time.now():
                self.add_error("last", _("This is past already. Time off is for what is ahead."))
        return found

    @staticmethod
    def standing(absence: Absence, coach: Coach) -> dict[str, str]:
        """A time off as it would be typed."""
        where = time.zone(coach.time_zone)
        days = list(absence.during.days(where))
        first, last = (time.day_bounds(day, where) for day in (days[0], days[-1]))
        typed = {"first": days[0].isoformat(), "last": days[-1].isoformat(), "reason": absence.reason}
        if absence.during.starts_at != first.starts_at:
            typed["first_at"] = f"{absence.during.starts_at.astimezone(where):%H:%M}"
        if absence.during.ends_at != last.ends_at:
            typed["last_at"] = f"{absence.during.ends_at.astimezone(where):%H:%M}"
        return typed

    def absence(self) -> Absence:
        """What is wanted; only after `is_valid`."""
        said = self.cleaned_data
        return Absence(during=said["during"], reason=said["reason"], form_key=said["form_key"])

    @property
    def key(self) -> str:
        """The key of this filling-in: what came with it, or a new one."""
        return self.data.get("form_key", "")[:64] or uuid.uuid4().hex

    def _wrong_days(self, first: dt.date, last: dt.date) -> str:
        today = time.now().astimezone(self.where).date()
        soonest, latest = today - dt.timedelta(days=DAYS_BACK), today + dt.timedelta(days=DAYS_AHEAD)
        if last < first:
            return _("The last day comes before the first.")
        if not (soonest <= first and last <= latest):
            words = _("Choose days from %(first)s to %(last)s.")
            return words % {"first": dates.day(soonest), "last": dates.day(latest)}
        if (last - first).days >= LONGEST_AWAY:
            return _("Time off lasts a year at most. Enter a longer one in parts.")
        return ""

    def _interval(self, first: dt.date, last: dt.date, first_at: dt.time | None, last_at: dt.time | None) -> Interval:
        starts_at, ends_at = time.day_bounds(first, self.where).starts_at, time.day_bounds(last, self.where).ends_at
        if first_at:
            starts_at = time.instant(first, first_at, self.where)
        if last_at and last_at != MIDNIGHT:
            # Of an hour that comes twice the second one: who is away is away for both.
            ends_at = time.instant(last, last_at.replace(fold=1), self.where)
        return Interval(starts_at, ends_at)


class NoticeUnit(TextChoices):
    MINUTES = "minutes", gettext_lazy("minutes")
    HOURS = "hours", gettext_lazy("hours")
    DAYS = "days", gettext_lazy("days")


_UNIT_MINUTES = {NoticeUnit.MINUTES: 1, NoticeUnit.HOURS: 60, NoticeUnit.DAYS: 1440}
MOST_NOTICE = 43_200


def _number(label: Any, least: int, most: int, hint: Any = "") -> forms.IntegerField:
    field = forms.IntegerField(label=label, min_value=least, max_value=most, help_text=hint)
    words = format_lazy(gettext_lazy("Give a whole number from {least} to {most}."), least=least, most=most)
    field.error_messages |= dict.fromkeys(("required", "invalid"), words)
    for rule in field.validators:
        rule.message = words  # type: ignore[attr-defined]
    field.widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "short", "maxlength": "5"})
    return field


class RulesForm(forms.Form):
    """How the calendar is booked."""

    session_minutes = _number(gettext_lazy("Session length, minutes"), SHORTEST, LONGEST)
    slot_step_minutes = _number(gettext_lazy("A start every … minutes"), 5, 240)
    buffer_minutes = _number(gettext_lazy("Pause between sessions, minutes"), 0, 240)
    notice = _number(gettext_lazy("Notice needed"), 0, MOST_NOTICE)
    notice_unit = forms.ChoiceField(label=gettext_lazy("Unit of the notice"), choices=NoticeUnit.choices)
    horizon_days = _number(gettext_lazy("Bookable ahead, days"), 1, 730)
    price = forms.CharField(
        label=gettext_lazy("Price"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"), required=False, max_length=LONGEST_NAME, validators=list(NAME_VALIDATORS)
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone of the calendar"),
        max_length=64,
        validators=[validate_time_zone],
        widget=forms.Select,
        error_messages={"required": gettext_lazy("Choose a time zone.")},
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="rules-%s", **kwargs)
        self.fields["time_zone"].widget.choices = zone_choices(self["time_zone"].value())

    @staticmethod
    def standing(rules: BookingRules) -> dict[str, Any]:
        """The rules as they would be typed."""
        unit = next(
            each
            for each in (NoticeUnit.DAYS, NoticeUnit.HOURS, NoticeUnit.MINUTES)
            if rules.notice_minutes % _UNIT_MINUTES[each] == 0
        )
        unit = unit if rules.notice_minutes else NoticeUnit.HOURS
        return {
            **vars(rules),
            "price": "" if rules.price is None else formats.number_format(rules.price, 2, use_l10n=True),
            "notice": rules.notice_minutes // _UNIT_MINUTES[unit],
            "notice_unit": unit.value,
            "seen": rules.token,
        }

    def clean_price(self) -> Decimal | None:
        text = self.cleaned_data["price"].strip().replace(",", ".")
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,2})?", text):
            raise ValidationError(_("Write the price like 60 or 60.50, or leave it empty."), "invalid")
        return Decimal(text)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if {"notice", "notice_unit"} <= found.keys():
            found["notice_minutes"] = found["notice"] * _UNIT_MINUTES[NoticeUnit(found["notice_unit"])]
            if found["notice_minutes"] > MOST_NOTICE:
                self.add_error("notice", _("At most 30 days of notice can be asked for."))
        return found

    def rules(self) -> BookingRules:
        """What is wanted; only after `is_valid`."""
        return BookingRules(**{name: self.cleaned_data[name] for name in BookingRules.__dataclass_fields__})
