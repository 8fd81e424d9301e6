"""From text to values: the times put to a client.

Nothing here asks whether a time is free; that is judged under lock."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel import dates, time
from config.kernel.time import Interval, SkippedTime
from scheduling.forms import DAYS_AHEAD, ClockField
from scheduling.wishes import MOST_OFFERS, AskToMove, OfferTimes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.forms.boundfield import BoundField
    from django.http import QueryDict

    from scheduling.models import Coach
    from scheduling.wishes import Booking

# More boxes than any page of ours shows.
_MOST_SENT = 60
LONGEST_NOTE = 1000
# Hidden fields are never missing from what a page of ours sends, as it was drawn.
_NOT_SENT = dict.fromkeys(
    ("required", "invalid"),
    gettext_lazy("It was not clear which session is in the way. Look whose it is, then send it once more."),
)

NOT_WHOLE = dict.fromkeys(
    ("required", "invalid", "min_value"),
    gettext_lazy("The page was not sent whole. Look at it again, then send it once more."),
)


def instant_of(text: str) -> dt.datetime | None:
    """The instant written as ISO 8601 with its distance from UTC; None for anything else, or a far-away year."""
    try:
        at = dt.datetime.fromisoformat(text)
        known = at.tzinfo is not None and abs(at - time.now()) < dt.timedelta(days=DAYS_AHEAD)
    except (ValueError, OverflowError):
        return None
    return at.astimezone(dt.UTC) if known else None


class InstantField(forms.CharField):
    """An instant as our own pages write it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> dt.datetime | None:
        """The instant; None when there is none and none is needed."""
        text: str = super().clean(value)
        if not text:
            return None
        if (at := instant_of(text)) is None:
            raise ValidationError(self.error_messages["required"], "invalid")
        return at


class TimesForm(forms.Form):
    """Times for one client, by when they should answer, and a sentence from the coach.

    The dialog holds two of these; `suffix` keeps their fields apart.  `promised` is by when an answer may come to
    what these times replace."""

    suffix = ""

    expires = InstantField(
        label=gettext_lazy("Answer by"),
        error_messages={"required": gettext_lazy("Choose by when you need the answer.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Add a sentence"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    extra_day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("There is no such day. Choose one from the calendar.")},
    )
    extra_at = ClockField(label=gettext_lazy("From"), required=False)

    def __init__(
        self,
        *args: Any,
        coach: Coach,
        minutes: int,
        preselected: Sequence[Interval] = (),
        promised: dt.datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.promised = promised
        self.where, self.minutes = time.zone(coach.time_zone), minutes
        self.extra: Interval | None = None
        self._preselected = tuple(preselected)

    def add_prefix(self, field_name: str) -> str:
        return f"{field_name}{self.suffix}"

    @property
    def ticked(self) -> tuple[Interval, ...]:
        """The times that are chosen, as far as they are times at all, in order."""
        if not self.is_bound:
            return self._preselected
        sent = cast("QueryDict", self.data).getlist(f"offer{self.suffix}")[:_MOST_SENT]
        starts = {at for at in map(instant_of, sent) if at}
        own = {self.extra} if self.extra else set()
        return tuple(sorted({Interval.lasting(at, self.minutes) for at in starts} | own))

    @property
    def own_time(self) -> tuple[BoundField, BoundField]:
        """The fields of a time that is typed."""
        return self["extra_day"], self["extra_at"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        day, at = found.get("extra_day"), found.get("extra_at")
        if bool(day) != bool(at) and not self.has_error("extra_day") and not self.has_error("extra_at"):
            self.add_error("extra_at" if day else "extra_day", _("A time of your own needs a day and an hour."))
        elif day and at:
            self._add_own(day, at)
        number = len(self.ticked)
        if self.needs_times and not number:
            self.add_error(None, ValidationError(_("Tick at least one time."), "none"))
        elif number > MOST_OFFERS:
            words = _("Five times are enough: %(number)s are ticked. Untick some.") % {"number": number}
            self.add_error(None, ValidationError(words, "too_many"))
        return found

    @property
    def only_lacks_times(self) -> bool:
        """Whether nothing is wrong but that no time is ticked."""
        return set(self.errors) == {NON_FIELD_ERRORS} and self.has_error(NON_FIELD_ERRORS, "none")

    @property
    def needs_times(self) -> bool:
        """Whether at least one time must be chosen."""
        return True

    def refuse_own(self, words: str) -> None:
        """Say why the time that was typed cannot be offered; it is not among the ticked then."""
        self.add_error("extra_at", words)
        self.extra = None

    def settle(self) -> None:
        """Empty the fields of a time that was typed, now that it is one of the ticked."""
        if self.extra:
            # What was sent cannot be changed; a copy can.
            sent = cast("QueryDict", self.data).copy()
            for name in ("extra_day", "extra_at"):
                sent[self.add_prefix(name)] = ""
            self.data = sent

    def forgive(self) -> None:
        """Keep only what is wrong with a time that was typed: nothing is sent yet, so nothing can be missing."""
        for name in set(self.errors) - {"extra_day", "extra_at"}:
            del self.errors[name]

    def _add_own(self, day: dt.date, at: dt.time) -> None:
        # Years at the edge of the calendar have no instant in every zone, so the day is judged first.
        if abs(day - time.now().astimezone(self.where).date()) >= dt.timedelta(days=DAYS_AHEAD):
            self.add_error("extra_day", _("That day is too far away."))
            return
        try:
            begin = time.instant(day, at, self.where)
        except SkippedTime:
            words = _("The clocks go forward on %(day)s: there is no %(time)s. Choose an earlier or a later time.")
            self.add_error("extra_at", words % {"day": dates.day(day), "time": dates.clock(at)})
            return
        self.extra = Interval.lasting(begin, self.minutes)


class OfferForm(TimesForm):
    """Option 1: times for the client who wants in."""

    def wish(self, booking: Booking, form_key: str) -> OfferTimes:
        """What is wanted; only after `is_valid`."""
        said = self.cleaned_data
        return OfferTimes(
            booking=booking, offers=self.ticked, expires_at=said["expires"], note=said["note"], form_key=form_key
        )


class PlainAskForm(TimesForm):
    """Times for the client of a session that nobody else wants; `version` is the one that the page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, error_messages=NOT_WHOLE)


class AskForm(TimesForm):
    """Option 2: times for the client of the session in the way.

    `in_line`: that client has been asked already, so that nobody is to be asked now."""

    suffix = "_ask"

    session = forms.IntegerField(widget=forms.HiddenInput, error_messages=_NOT_SENT)
    session_version = forms.IntegerField(widget=forms.HiddenInput, error_messages=_NOT_SENT)
    book_when_freed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, in_line: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_line = in_line
        self.fields["expires"].required = not in_line

    def add_prefix(self, field_name: str) -> str:
        own = {"session", "session_version", "book_when_freed"}
        return field_name if field_name in own else super().add_prefix(field_name)

    @property
    def needs_times(self) -> bool:
        return not self.in_line

    def wish(self, booking: Booking, form_key: str) -> AskToMove:
        """What is wanted; only after `is_valid`."""
        said = self.cleaned_data
        return AskToMove(
            booking=booking,
            session_id=said["session"],
            session_version=said["session_version"],
            offers=self.ticked,
            # Nobody is asked when the wish waits in line, so any moment does; sent again, it is the same.
            expires_at=said["expires"] or booking.during.starts_at,
            note=said["note"],
            book_when_freed=said["book_when_freed"],
            form_key=form_key,
        )
