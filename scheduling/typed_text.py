"""Text of several lines as it is typed into a form."""

from __future__ import annotations

from typing import Any

from django import forms


class TypedText(forms.CharField):
    """Line ends are one character, whoever sends them, and count as one."""

    def to_python(self, value: Any) -> Any:
        """The text with line ends as the database keeps them."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text
