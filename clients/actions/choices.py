"""What people choose for themselves: the language and the colours of their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel.actions import action

if TYPE_CHECKING:
    from clients.models import User


@action
def choose_language(user: User, language: str) -> None:
    """Speak this language to the user from now on, on every device and in mails."""
    user.language = language
    user.save(update_fields=["language"])


@action
def choose_theme(user: User, theme: str) -> None:
    """Show the user these colours from now on, on every device."""
    user.theme = theme
    user.save(update_fields=["theme"])
