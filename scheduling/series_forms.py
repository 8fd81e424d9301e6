"""From text to values: the same hour again, some weeks long, and what was decided about single dates of it.

Nothing here asks whether an hour is free; that is judged under lock."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any, Self, cast

from django import forms
from django.utils.translation import gettext_lazy

from config.kernel import time
from config.kernel.time import Interval
from scheduling.conflict_forms import instant_of
from scheduling.forms import WhenForm
from scheduling.rhythm import MOST_TIMES, Rhythm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import QueryDict

    from scheduling.models import Coach, Session

WEEKLY, FORTNIGHTLY = "1", "2"
# A date moves within its week, and no further: what is moved further is another session.
_NEAR = dt.timedelta(days=7)
# More lines than dates cannot come from a page of ours.
_MOST_SENT = 2 * MOST_TIMES


class SeriesForm(WhenForm):
    """How often, from which day on, at what time and for how long.

    Of single dates it also holds what was decided: `other` (another time for it), `out` (it is left out) and `seen`
    (the marks of what spoke against it when the page was drawn), each by the date's key."""

    every = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=[(WEEKLY, gettext_lazy("Every week")), (FORTNIGHTLY, gettext_lazy("Every 2 weeks"))],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Choose every week or every 2 weeks.")
        ),
    )
    times = forms.IntegerField(
        label=gettext_lazy("How many"),
        min_value=1,
        max_value=MOST_TIMES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": gettext_lazy("Say how many sessions, from 1 to 26."),
            "invalid": gettext_lazy("Write the number of sessions in figures, for example 6."),
            "min_value": gettext_lazy("Book at least one session."),
            "max_value": gettext_lazy("Book 26 sessions at most in one go."),
        },
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("What they are about, for example “Individual”."),
    )
    notify = forms.CharField(required=False, max_length=1)
    form_key = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: Any, coach: Coach, **kwargs: Any) -> None:
        super().__init__(*args, coach=coach, **kwargs)
        self.fields["day"].label = gettext_lazy("First on")
        self.order_fields(["every", "day", "times", "at", "minutes", "title"])

    @classmethod
    def standing(cls, session: Session, coach: Coach) -> dict[str, str]:
        """The session's own hour, once more, as it would be typed."""
        start = session.starts_at.astimezone(time.zone(coach.time_zone))
        return {
            "every": WEEKLY,
            "times": "1",
            "at": f"{start:%H:%M}",
            "minutes": str(session.minutes),
            "title": session.title,
        }

    def clean(self) -> dict[str, Any]:
        # An hour that the clocks skip is one date among others here, and no mistake of the form.
        return forms.Form.clean(self) or self.cleaned_data

    def draft(self) -> Self:
        """The same as it is typed so far, without its mistakes."""
        return type(self)(coach=self.coach, initial=cast("QueryDict", self.data).dict())

    def rhythm(self) -> Rhythm | None:
        """What is typed, as far as it makes sense."""
        self.is_valid()
        said = self.cleaned_data
        if not {"every", "times", "day", "at", "minutes"} <= said.keys():
            return None
        return Rhythm(
            first=said["day"], at=said["at"], minutes=said["minutes"], weeks=int(said["every"]), times=said["times"]
        )

    @property
    def others(self) -> dict[str, dt.datetime]:
        """The other time that was taken for a date, by its key; what is none, or far from it, is left out."""
        found = {}
        for key, text in self._lines("other"):
            day, at = _day_of(key), instant_of(text)
            if day and at and abs(at.astimezone(self.where).date() - day) < _NEAR:
                found[key] = at
        return found

    @property
    def out(self) -> frozenset[str]:
        """The keys of the dates that are left out."""
        return frozenset(key for key, _rest in self._lines("out"))

    @property
    def seen(self) -> dict[str, frozenset[str]]:
        """The marks that were shown beside each date."""
        return {key: frozenset(rest.split()) for key, rest in self._lines("seen")}

    @property
    def key(self) -> str:
        """The key of this filling-in: what came with it, or a new one."""
        return self.data.get("form_key", "")[:64] or uuid.uuid4().hex

    def hour_of(self, at: dt.datetime) -> Interval:
        """The session that begins then, as long as is typed; only when there is a rhythm."""
        return Interval.lasting(at, self.cleaned_data["minutes"])

    def _lines(self, name: str) -> Iterator[tuple[str, str]]:
        """Each line of that name: the key of a date, and what is said of it."""
        for line in cast("QueryDict", self.data).getlist(name)[:_MOST_SENT]:
            key, _space, rest = line.partition(" ")
            yield key, rest


def _day_of(key: str) -> dt.date | None:
    try:
        return dt.datetime.fromisoformat(key).date()
    except ValueError:
        return None
