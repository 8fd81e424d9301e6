"""From text to values: a private note as it is typed, and what is added to it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.errors import NoteTooLong
from scheduling.models.note import LONGEST_NOTE
from scheduling.typed_text import TypedText

_GREATEST = 2**31 - 1


class NoteField(TypedText):
    """Text exactly as it was typed, up to 20,000 characters."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"max_length": NoteTooLong.message, "required": _("There is nothing written yet.")}
        super().__init__(max_length=LONGEST_NOTE, strip=False, error_messages=words, **kwargs)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A note as it is typed so far, in a window that showed that version; 0 when there was none."""

    body: str
    version: int
    window: str


class NoteForm(forms.Form):
    """A draft.  `over` is the version that it shall replace knowingly; `met` the one that the window has shown as
    another text already, `said` what its line says about saving: neither need be said twice.  `window` is its key."""

    body = NoteField(required=False)
    version = forms.IntegerField(min_value=0, max_value=_GREATEST)
    over = forms.IntegerField(required=False, min_value=0, max_value=_GREATEST)
    met = forms.CharField(required=False, max_length=20)
    said = forms.CharField(required=False, max_length=60)
    window = forms.CharField(required=False, max_length=64)

    @property
    def typed(self) -> str:
        """What stands in the window, good or not."""
        return str(self.data.get("body", ""))

    def draft(self) -> Draft:
        """What is to be kept; only after `is_valid`."""
        said = self.cleaned_data
        over: int | None = said["over"]
        return Draft(body=said["body"], version=said["version"] if over is None else over, window=said["window"])


class AddendumForm(forms.Form):
    """What is added to a finished note."""

    body = NoteField()
    form_key = forms.CharField(required=False, max_length=64)

    @property
    def typed(self) -> str:
        """What stands in the window, good or not."""
        return str(self.data.get("body", ""))

    @property
    def key(self) -> str:
        """The key of this filling-in: what came with it, or a new one."""
        return self.data.get("form_key", "")[:64] or uuid.uuid4().hex
