"""From text to values: a message as it is typed."""

from __future__ import annotations

import uuid

from django import forms

from scheduling.errors import MessageTooLong, NothingWritten
from scheduling.models.message import LONGEST_MESSAGE
from scheduling.typed_text import TypedText


class MessageForm(forms.Form):
    """One message; what surrounds its words is left out."""

    body = TypedText(
        max_length=LONGEST_MESSAGE,
        error_messages={"max_length": MessageTooLong.message, "required": NothingWritten.message},
    )
    form_key = forms.CharField(required=False, max_length=64)

    @property
    def typed(self) -> str:
        """What stands in the window, good or not."""
        return str(self.data.get("body", ""))

    @property
    def key(self) -> str:
        """The key of this filling-in: what came with it, or a new one."""
        return str(self.data.get("form_key", ""))[:64] or uuid.uuid4().hex
