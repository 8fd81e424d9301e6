"""From text to values: two sessions that are to swap.

Nothing here asks whether they can; that is judged under lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from scheduling.actions.swap import Swap
from scheduling.conflict_forms import LONGEST_NOTE, NOT_WHOLE, InstantField

if TYPE_CHECKING:
    from scheduling.models import Session


class SwapForm(forms.Form):
    """What the coach decides about two sessions: to ask both clients, or to swap at once.

    The versions are those that the page showed; `overrule` goes with what it warned of."""

    ASK, NOW = "ask", "now"

    how = forms.ChoiceField(choices=[(ASK, ASK), (NOW, NOW)], error_messages=NOT_WHOLE)
    version = forms.IntegerField(min_value=1, error_messages=NOT_WHOLE)
    other_version = forms.IntegerField(min_value=1, error_messages=NOT_WHOLE)
    overrule = forms.BooleanField(required=False)
    expires = InstantField(
        label=gettext_lazy("Answer by"),
        required=False,
        error_messages={"required": gettext_lazy("Choose by when you need the answer.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Add a sentence"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("how") == self.ASK and not found.get("expires") and not self.has_error("expires"):
            self.add_error("expires", self.fields["expires"].error_messages["required"])
        return found

    @property
    def asks(self) -> bool:
        """Whether both are asked first; only after `is_valid`."""
        return bool(self.cleaned_data["how"] == self.ASK)

    def swap(self, first: Session, second: Session) -> Swap:
        """What is wanted; only after `is_valid`."""
        said = self.cleaned_data
        versions = (said["version"], said["other_version"])
        return Swap(first=first.pk, second=second.pk, versions=versions, overrule=said["overrule"])
