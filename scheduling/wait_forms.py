"""From text to values: a place on the waiting list.  Nothing here asks what is free."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.access import client_for
from config.kernel import dates, time
from scheduling.forms import ClockField, LengthField
from scheduling.hours import end_word
from scheduling.hours_forms import EndClockField
from scheduling.queries.waiting import windows_of
from scheduling.windows import DAY_BEGINS, DAY_ENDS, Window
from scheduling.wishes import WaitFor

if TYPE_CHECKING:
    from clients.models import Client
    from scheduling.models import Coach, ConflictCase

USUAL = dt.timedelta(weeks=4)
LONGEST = dt.timedelta(days=365)


class WaitForm(forms.Form):
    """Who waits, on which days and at what time an hour would suit, how long, and until when.

    Raises: Http404 while cleaning, for a client that is none of the coach's."""

    client = forms.CharField(
        label=gettext_lazy("Client"),
        max_length=64,
        error_messages={"required": gettext_lazy("Choose who waits.")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days that suit"),
        required=False,
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With none ticked, any day suits."),
    )
    starts = ClockField(label=gettext_lazy("From"), required=False)
    ends = EndClockField(label=gettext_lazy("To"), required=False)
    minutes = LengthField(label=gettext_lazy("Length"))
    until = forms.DateField(
        label=gettext_lazy("Waits until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("There is no such day. Choose one from the calendar."),
        },
    )
    book_when_freed = forms.BooleanField(
        label=gettext_lazy("Book at once when an hour that suits becomes free"), required=False
    )
    q = forms.CharField(required=False, max_length=100)
    form_key = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: Any, coach: Coach, case: ConflictCase | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coach, self.case, self.where = coach, case, time.zone(coach.time_zone)
        self.today = time.now().astimezone(self.where).date()
        self.picked: Client | None = case.client if case else None
        if case:
            # Whose place it is stays.
            del self.fields["client"]
        length = self.fields["minutes"]
        assert isinstance(length, LengthField)
        length.offer(coach.session_minutes, self["minutes"].value())

    @classmethod
    def blank(cls, coach: Coach, said: dict[str, Any], weekdays: list[str]) -> Self:
        """The form as it opens: any day and time for four weeks, or what is said already."""
        today = time.now().astimezone(time.zone(coach.time_zone)).date()
        usual = {"minutes": coach.session_minutes, "until": (today + USUAL).isoformat()}
        form = cls(coach=coach, initial={**usual, **said, "weekdays": weekdays})
        if picked := said.get("client"):
            form.picked = client_for(coach.user, picked)
        return form

    @classmethod
    def standing(cls, coach: Coach, case: ConflictCase) -> Self:
        """The place as it stands, as it would be typed; one that is over is prolonged."""
        windows = windows_of(case)
        first = windows[0]
        today = time.now().astimezone(time.zone(coach.time_zone)).date()
        last = case.last_date if case.last_date and case.last_date >= today else today + USUAL
        typed = {
            "weekdays": [each.weekday for each in windows if each.weekday is not None],
            "starts": "" if first.starts_at == DAY_BEGINS else dates.clock(first.starts_at),
            "ends": "" if first.ends_at >= DAY_ENDS else end_word(first.ends_at),
            "minutes": case.length,
            "until": last.isoformat(),
            "book_when_freed": case.book_when_freed,
        }
        return cls(coach=coach, case=case, initial=typed)

    def clean_client(self) -> Client:
        self.picked = client_for(self.coach.user, self.cleaned_data["client"])
        if not self.picked.is_active:
            words = _("%(name)s is archived and cannot be booked. Choose someone else.") % {"name": self.picked}
            raise ValidationError(words, "archived")
        return self.picked

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        last = ((self.case and self.case.first_date) or self.today) + LONGEST
        if not self.today <= until <= last:
            raise ValidationError(
                _("Choose a day from %(first)s to %(last)s.")
                % {"first": dates.day(self.today), "last": dates.day(last)},
                "too_far",
            )
        return until

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.has_error("starts") or self.has_error("ends"):
            return found
        starts, ends = found.get("starts") or DAY_BEGINS, found.get("ends") or DAY_ENDS
        if not starts < ends:
            self.add_error("ends", _("The end must come after the start."))
        elif "minutes" in found and Window(None, starts, ends).minutes < found["minutes"]:
            self.add_error("ends", _("A session of that length does not fit between these times."))
        elif not self.has_error("until") and not self.has_error("weekdays"):
            self._check_some_day(found["until"], found["weekdays"])
        return found

    def _check_some_day(self, until: dt.date, weekdays: list[int]) -> None:
        ahead = min((until - self.today).days, 6)
        days = {(self.today + dt.timedelta(days=number)).weekday() for number in range(ahead + 1)}
        if weekdays and days.isdisjoint(weekdays):
            self.add_error("until", _("None of these days comes before that. Choose a later one."))

    def wish(self, *, anyway: bool) -> WaitFor:
        """What is wanted; only after `is_valid`."""
        said = self.cleaned_data
        starts, ends = said["starts"] or DAY_BEGINS, said["ends"] or DAY_ENDS
        weekdays: list[int | None] = [*sorted(set(said["weekdays"]))]
        if len(weekdays) in {0, len(WEEKDAYS)}:
            weekdays = [None]
        assert self.picked is not None
        return WaitFor(
            client=self.picked,
            windows=tuple(Window(each, starts, ends) for each in weekdays),
            minutes=said["minutes"],
            last_date=said["until"],
            book_when_freed=said["book_when_freed"],
            anyway=anyway,
            form_key=said["form_key"],
        )

    @property
    def key(self) -> str:
        """The key of this filling-in: what came with it, or a new one."""
        return self.data.get("form_key", "")[:64] or uuid.uuid4().hex

    @property
    def days(self) -> list[tuple[int, str, bool]]:
        """The weekdays to tick: number, name, and whether it is ticked."""
        ticked = {str(each) for each in self["weekdays"].value() or ()}
        return [(number, str(name), str(number) in ticked) for number, name in WEEKDAYS.items()]
