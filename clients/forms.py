"""What people type about themselves, made into values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import RequestLoginCodeForm
from django import forms
from django.utils.translation import gettext_lazy as _

from clients.actions import people
from clients.models.fields import validate_time_zone, zone_choices
from clients.states import Density
from config.kernel.time import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clients.models import User


class RequestCodeForm(RequestLoginCodeForm):
    """An address to which a sign-in code is sent; a client in our records needs no account before.

    What is answered does not depend on whether anybody has that address."""

    _user: User | None  # allauth's own place for who will get the code

    def clean_email(self) -> str:
        """The address, and with it the account that the code will open, if any."""
        email: str = super().clean_email()  # counts the limits, so that nobody can try addresses here
        if email and self._user is None:
            self._user = people.open_client_account(email, now=now())
        return email


class DensityForm(forms.Form):
    """How much of a calendar fits a screen."""

    density = forms.ChoiceField(choices=Density.choices)


class ShortcutsForm(forms.Form):
    """Whether single keys do something."""

    shortcuts = forms.ChoiceField(choices=[("on", _("On")), ("off", _("Off"))])


class NewsForm(forms.Form):
    """What somebody wants to hear of, and where: "answers:email" for each that is wanted."""

    wanted = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, cells: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [":".join(cell) for cell in cells]
        self.fields["wanted"].choices = zip(names, names, strict=True)  # type: ignore[attr-defined]

    def clean_wanted(self) -> frozenset[tuple[str, str]]:
        """The (topic, channel) of each."""
        typed = (name.partition(":") for name in self.cleaned_data["wanted"])
        return frozenset((topic, channel) for topic, _colon, channel in typed)


class OwnZoneForm(forms.Form):
    """The clock by which somebody reads times."""

    time_zone = forms.CharField(
        label=_("Your time zone"),
        max_length=64,
        validators=[validate_time_zone],
        widget=forms.Select,
        error_messages={"required": _("Choose a time zone.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget.choices = zone_choices(self["time_zone"].value())
