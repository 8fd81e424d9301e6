"""From text to values: what is done with the address of one's own calendar, and what it gives away."""

from __future__ import annotations

from django import forms
from django.db.models import TextChoices

from scheduling.states import FeedNames


class Deed(TextChoices):
    """What a press does with the address."""

    MAKE = "make"
    END = "end"


class FeedForm(forms.Form):
    """One press."""

    feed = forms.ChoiceField(choices=Deed)

    def deed(self) -> Deed:
        """What is to be done.  Only of a form that is valid."""
        return Deed(self.cleaned_data["feed"])


class NamesForm(forms.Form):
    """One press on a way of naming sessions."""

    names = forms.ChoiceField(choices=FeedNames)

    def names_chosen(self) -> FeedNames:
        """The choice.  Only of a form that is valid."""
        return FeedNames(self.cleaned_data["names"])
