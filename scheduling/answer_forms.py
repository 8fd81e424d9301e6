"""From text to values: what a client answers to a proposal, and the times of their own that go with "none fits".

Nothing here asks whether a time is free; that is judged under lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel import dates, time
from config.kernel.numbers import whole_number
from config.kernel.time import Interval, SkippedTime
from scheduling.forms import ClockField

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from django.forms.boundfield import BoundField

OWN_TIMES = 3
# Further ahead nobody promises an hour.
_DAYS_AHEAD = 366
_PAST = gettext_lazy("This time is past. Choose one that is still to come.")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a client says to a proposal: one of the times, or none with a reason and own times, or that the hour is kept."""

    offer_id: int | None
    keeps: bool
    text: str
    times: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class OwnTime:
    """The fields of one time that is typed, with its number."""

    number: int
    day: BoundField
    at: BoundField

    @property
    def errors(self) -> list[str]:
        """What is wrong with it, in words."""
        return [*self.day.errors, *self.at.errors]


class AnswerForm(forms.Form):
    """The client's answer.  `keep` is only for somebody who has an hour.

    Times of the client's own are by the clock of `where`, and last so many `minutes`."""

    NONE_FITS, KEEP = "none_fits", "keep"

    offer = forms.CharField(
        error_messages={"required": gettext_lazy("Choose one of the times, or say that none fits.")}
    )
    counter_text = forms.CharField(
        label=gettext_lazy("When could you come?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": gettext_lazy("For example: mornings, or any Thursday")}),
        error_messages={"max_length": gettext_lazy("Please make it shorter: 1000 letters at most.")},
    )

    def __init__(self, *args: Any, may_keep: bool, minutes: int, where: dt.tzinfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_keep, self.minutes, self.where = may_keep, minutes, where
        for number in range(1, OWN_TIMES + 1):
            self.fields[f"own_day_{number}"] = forms.DateField(
                required=False,
                label=_("Day"),
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                error_messages={"invalid": _("There is no such day. Choose one from the calendar.")},
            )
            self.fields[f"own_at_{number}"] = ClockField(
                required=False, label=_("From"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
            )

    @property
    def own_times(self) -> list[OwnTime]:
        """The fields of the client's own times."""
        return [
            OwnTime(number, self[f"own_day_{number}"], self[f"own_at_{number}"]) for number in range(1, OWN_TIMES + 1)
        ]

    @property
    def has_own_times(self) -> bool:
        """Whether any of them is filled in, rightly or not."""
        return any(each.day.value() or each.at.value() for each in self.own_times)

    @property
    def own_errors(self) -> list[str]:
        """What is wrong with any of them, in words."""
        return [error for each in self.own_times for error in each.errors]

    def clean_offer(self) -> str:
        said: str = self.cleaned_data["offer"]
        known = said == self.NONE_FITS or (said == self.KEEP and self.may_keep)
        if not known and whole_number(said) is None:
            raise ValidationError(self.fields["offer"].error_messages["required"], "unknown")
        return said

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        own = [f"own_{part}_{number}" for number in range(1, OWN_TIMES + 1) for part in ("day", "at")]
        if found.get("offer") not in {None, self.NONE_FITS}:
            # Who picks one of the times offered has changed their mind about others.
            for name in own:
                self.errors.pop(name, None)
            found["times"] = ()
            return found
        times: list[Interval] = []
        for number, during in self._typed(found):
            if during in times:
                self.add_error(f"own_day_{number}", _("This time is written twice."))
            times.append(during)
        found["times"] = tuple(times)
        return found

    def _typed(self, found: dict[str, Any]) -> Iterator[tuple[int, Interval]]:
        for number in range(1, OWN_TIMES + 1):
            day, at = found.get(f"own_day_{number}"), found.get(f"own_at_{number}")
            names = f"own_day_{number}", f"own_at_{number}"
            if any(self.has_error(name) for name in names) or not (day or at):
                continue
            if not (day and at):
                self.add_error(names[bool(day)], _("A time of your own needs a day and an hour."))
            elif during := self._during(number, day, at):
                yield number, during

    def _during(self, number: int, day: dt.date, at: dt.time) -> Interval | None:
        now = time.now()
        today = now.astimezone(self.where).date()
        if (day - today).days > _DAYS_AHEAD:
            self.add_error(f"own_day_{number}", _("Choose a day within the next year."))
            return None
        if day < today:
            self.add_error(f"own_day_{number}", _PAST)
            return None
        try:
            starts_at = time.instant(day, at, self.where)
        except SkippedTime:
            words = _("The clocks go forward on %(day)s: there is no %(time)s. Choose an earlier or a later time.")
            self.add_error(f"own_at_{number}", words % {"day": dates.day(day), "time": dates.clock(at)})
            return None
        if starts_at <= now:
            self.add_error(f"own_at_{number}", _PAST)
            return None
        return Interval.lasting(starts_at, self.minutes)

    def answer(self) -> Answer:
        """What is answered; only after `is_valid`."""
        said = self.cleaned_data["offer"]
        return Answer(
            offer_id=whole_number(said),
            keeps=said == self.KEEP,
            text=self.cleaned_data["counter_text"],
            times=self.cleaned_data["times"],
        )
