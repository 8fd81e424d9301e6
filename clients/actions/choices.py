"""What people choose for themselves: the language, the colours and the clock of their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions.records import record_audit
from clients.models import Client
from config.kernel.actions import action

if TYPE_CHECKING:
    import datetime as dt
    import uuid

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


@action
def choose_density(user: User, density: str) -> None:
    """Show the user so much of a calendar at once from now on, on every device."""
    user.density = density
    user.save(update_fields=["density"])


@action
def choose_shortcuts(user: User, are_on: bool) -> None:  # noqa: FBT001  the one thing that is chosen
    """Let single keys do something on the user's pages from now on, or nothing."""
    user.shortcuts = are_on
    user.save(update_fields=["shortcuts"])


@action
def choose_time_zone(user: User, time_zone: str) -> None:
    """Show the user times by the clocks of that IANA zone from now on; a calendar of theirs keeps its own."""
    user.time_zone = time_zone
    user.save(update_fields=["time_zone"])


@action
def choose_reminders(client_id: uuid.UUID, *, wanted: bool, now: dt.datetime, by: User | None = None) -> Client:
    """Send a client reminders of sessions by mail from now on, or none; `by` is None for whoever has the link.

    Locks: client."""
    client = Client.objects.select_for_update(no_key=True).get(pk=client_id)
    if client.wants_reminders != wanted:
        client.wants_reminders = wanted
        client.save(update_fields=["wants_reminders"])
        record_audit("reminders_on" if wanted else "reminders_off", f"client:{client_id}", by=by, at=now)
    return client
