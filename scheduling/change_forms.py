"""From text to values: what a single press says of a session."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy

from config.kernel import htmx

# No version needs more digits; more would not fit the database's integer.
_MOST = 2**31 - 2


@dataclass(frozen=True, kw_only=True)
class Press:
    """One press of a button, by somebody who saw the session at that version.

    `on`: for what is ticked, whether it shall be so.  `to`: where to go without script; empty for the usual place."""

    version: int
    on: bool
    to: str


class PressForm(forms.Form):
    """The hidden fields of a button; `tick` names the one that says 1 or 0."""

    version = forms.IntegerField(
        min_value=1,
        max_value=_MOST,
        widget=forms.HiddenInput,
        error_messages={
            name: gettext_lazy("The page did not say which state of the session it showed. Open it again.")
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )

    def __init__(self, *args: object, tick: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.tick = tick
        if tick:
            words = gettext_lazy("The page did not say whether to tick it or not. Open it again.")
            messages = {"required": words, "invalid_choice": words}
            choices = [("1", "1"), ("0", "0")]
            self.fields[tick] = forms.ChoiceField(choices=choices, widget=forms.HiddenInput, error_messages=messages)

    def press(self) -> Press:
        """What is wanted; only after `is_valid`."""
        said = self.cleaned_data
        return Press(version=said["version"], on=said.get(self.tick) == "1", to=self.to)

    @property
    def to(self) -> str:
        """The page of ours to return to, if the form names one."""
        path = self.data.get("next", "")
        return path if htmx.is_path_of_ours(path) and path.isprintable() else ""
