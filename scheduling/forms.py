"""From text to values: bookings, moves and cancellations, in the coach's own time.

Nothing here asks whether an hour is free; that is judged under lock."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.access import client_for
from config.kernel import dates, time
from config.kernel.numbers import whole_number
from config.kernel.time import Interval, SkippedTime
from scheduling.access import case_for
from scheduling.states import CaseStatus
from scheduling.wishes import Booking

if TYPE_CHECKING:
    from clients.models import Client
    from scheduling.models import Coach, ConflictCase, Session

SHORTEST, LONGEST = 5, 480
USUAL_LENGTHS = (30, 45, 50, 60, 80, 90)
# A session may be entered afterwards; further away than this it is a slip of the finger.
DAYS_BACK, DAYS_AHEAD = 366, 731

CLOCK = r"([01]?[0-9]|2[0-3])([:.]?[0-5][0-9])?"
# No length needs more digits, and a number of thousands of them is slow or refused by Python itself.
_NUMBER = re.compile(r"[0-9]{1,4}")
_CLOCK_PARTS = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.]?([0-5][0-9]))?")


class ClockField(forms.Field):
    """A time as 24 h text: 9, 9:00, 0900 and 9.00 are the same."""

    default_error_messages = {
        "required": gettext_lazy("Say from when, for example 9:00."),
        "invalid": gettext_lazy("“%(text)s” is not a time. Write it like 9:00 or 17:30."),
    }
    widget = forms.TextInput(
        attrs={"class": "clock", "inputmode": "numeric", "pattern": CLOCK, "maxlength": "5", "autocomplete": "off"}
    )

    def to_python(self, value: Any) -> dt.time | None:
        """The time that is meant; None when nothing is written."""
        text = str(value or "").strip()
        if not text:
            return None
        parts = _CLOCK_PARTS.fullmatch(text)
        if parts is None:
            raise ValidationError(self.error_messages["invalid"], "invalid", {"text": text[:20]})
        return dt.time(int(parts[1]), int(parts[2] or 0))

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value


class LengthField(forms.IntegerField):
    """Real minutes; the usual lengths are offered, any from 5 to 480 is taken."""

    default_error_messages = {
        "required": gettext_lazy("Choose how long it takes."),
        "invalid": gettext_lazy("Give the length in whole minutes, for example 50."),
        "min_value": gettext_lazy("A session takes at least 5 minutes."),
        "max_value": gettext_lazy("A session takes at most 8 hours (480 minutes)."),
    }
    widget = forms.Select

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=SHORTEST, max_value=LONGEST, **kwargs)

    def offer(self, *lengths: Any) -> None:
        """Let the list hold these besides the usual ones; what is no length is left out."""
        more = {int(each) for each in map(str, lengths) if _NUMBER.fullmatch(each)}
        known = {*USUAL_LENGTHS, *(each for each in more if SHORTEST <= each <= LONGEST)}
        self.widget.choices = [(each, _("%(number)s min") % {"number": each}) for each in sorted(known)]


class WhenForm(forms.Form):
    """A day, a time and a length, which together are an interval in the coach's zone."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("There is no such day. Choose one from the calendar."),
        },
    )
    at = ClockField(label=gettext_lazy("From"))
    minutes = LengthField(label=gettext_lazy("Length"))
    # Of a time that the autumn night has twice: the second one.
    fold = forms.BooleanField(required=False, widget=forms.HiddenInput)
    overrule = forms.BooleanField(required=False)

    def __init__(self, *args: Any, coach: Coach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coach, self.where = coach, time.zone(coach.time_zone)
        length = self.fields["minutes"]
        assert isinstance(length, LengthField)
        length.offer(coach.session_minutes, self["minutes"].value())

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        today = time.now().astimezone(self.where).date()
        first, last = today - dt.timedelta(days=DAYS_BACK), today + dt.timedelta(days=DAYS_AHEAD)
        if not first <= day <= last:
            raise ValidationError(
                _("Choose a day from %(first)s to %(last)s.") % {"first": dates.day(first), "last": dates.day(last)},
                "too_far",
            )
        return day

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if {"day", "at", "minutes"} <= found.keys():
            at = found["at"].replace(fold=int(found.get("fold", False)))
            try:
                begin = time.instant(found["day"], at, self.where)
            except SkippedTime:
                self.add_error("at", ValidationError(self._skipped(found["day"], found["at"]), "skipped"))
            else:
                found["during"] = Interval.lasting(begin, found["minutes"])
        return found

    def _skipped(self, day: dt.date, at: dt.time) -> str:
        return _("The clocks go forward on %(day)s: there is no %(time)s. Choose an earlier or a later time.") % {
            "day": dates.day(day),
            "time": dates.clock(at),
        }

    @property
    def twice(self) -> str:
        """Words for a time that this night has twice; empty for any other."""
        during = self.during()
        if during is None:
            return ""
        local = during.starts_at.astimezone(self.where)
        if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
            return ""
        if local.fold:
            words = _("%(time)s comes twice that night; this is the second one.")
        else:
            words = _("%(time)s comes twice that night; this is the first one.")
        return words % {"time": f"{local:%H:%M}"}

    def draft(self) -> Self:
        """The same as it is typed so far, without its mistakes."""
        return type(self)(coach=self.coach, initial=self.data)

    def during(self) -> Interval | None:
        """When it would be, as far as what is written makes sense; for showing, before anything is sent."""
        self.is_valid()
        return self.cleaned_data.get("during")


class BookingForm(WhenForm):
    """A session for one client; `case` is a wish that it settles, if it is for the same client.

    Raises: Http404 while cleaning, for a client or a wish that is none of the coach's."""

    client = forms.CharField(
        label=gettext_lazy("Client"),
        max_length=64,
        error_messages={"required": gettext_lazy("Choose who the session is for.")},
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("What it is about, for example “First session”."),
    )
    notify = forms.CharField(required=False, max_length=1)
    form_key = forms.CharField(required=False, max_length=64)
    q = forms.CharField(required=False, max_length=100)
    case = forms.CharField(required=False, max_length=18)

    def __init__(self, *args: Any, coach: Coach, **kwargs: Any) -> None:
        super().__init__(*args, coach=coach, **kwargs)
        self.order_fields(["client", "day", "at", "minutes", "title"])
        self.picked: Client | None = None
        self.wish: ConflictCase | None = None

    def clean_client(self) -> Client:
        self.picked = client_for(self.coach.user, self.cleaned_data["client"])
        if not self.picked.is_active:
            raise ValidationError(
                _("%(name)s is archived and cannot be booked. Choose someone else.") % {"name": self.picked},
                "archived",
            )
        return self.picked

    def clean_case(self) -> str:
        text: str = self.cleaned_data["case"]
        if text:
            self.wish = case_for(self.coach.user, whole_number(text) or 0)
        return text

    @property
    def open_wish(self) -> ConflictCase | None:
        """The wish that came with the form, while it is pending."""
        is_open = self.wish and self.wish.status == CaseStatus.PENDING_RESOLUTION
        return self.wish if is_open else None

    @property
    def settles(self) -> ConflictCase | None:
        """The wish that this booking would settle."""
        wish = self.open_wish
        return wish if wish and self.picked and wish.client_id == self.picked.pk else None

    def booking(self) -> Booking:
        """What is wanted; only after `is_valid`."""
        said = self.cleaned_data
        return Booking(
            client=said["client"],
            during=said["during"],
            title=said["title"],
            notify=said["notify"] != "0",
            overrule=said["overrule"],
            form_key=said["form_key"],
            # Closed or not: the same form sent again is the same booking.
            case_id=self.wish.pk if self.wish and self.wish.client_id == said["client"].pk else None,
        )

    @property
    def key(self) -> str:
        """The key of this filling-in: what came with it, or a new one."""
        return self.data.get("form_key", "")[:64] or uuid.uuid4().hex


@dataclass(frozen=True, kw_only=True)
class Move:
    """Another time for a session, by somebody who saw it at that version."""

    during: Interval
    version: int
    overrule: bool


class MoveForm(WhenForm):
    """Another time for a session that exists."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    @staticmethod
    def standing(session: Session, coach: Coach) -> dict[str, str]:
        """The session as it stands, as it would be typed."""
        start = session.starts_at.astimezone(time.zone(coach.time_zone))
        return {
            "day": f"{start:%Y-%m-%d}",
            "at": f"{start:%H:%M}",
            "fold": "1" if start.fold else "",
            "minutes": str(session.minutes),
            "version": str(session.version),
        }

    def move(self) -> Move:
        """What is wanted; only after `is_valid`."""
        said = self.cleaned_data
        return Move(during=said["during"], version=said["version"], overrule=said["overrule"])


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """The end of a session, by somebody who saw it at that version."""

    reason: str
    version: int


class CancelForm(forms.Form):
    """Why a session does not take place; the reason may be empty."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def cancellation(self) -> Cancellation:
        """What is wanted; only after `is_valid`."""
        return Cancellation(reason=self.cleaned_data["reason"], version=self.cleaned_data["version"])
