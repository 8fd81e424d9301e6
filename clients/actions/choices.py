"""What people choose for themselves: the language, the colours and the clock of their pages, and what they hear of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions.records import record_audit
from clients.errors import UnknownChoice
from clients.models import Client, NotificationPreference, User
from clients.queries import BY_RECORD, choices_of
from clients.states import Channel
from config.kernel import registry
from config.kernel.actions import action, inside_action

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Collection


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
def choose_news(wanted: Collection[tuple[str, str]], *, by: User, now: dt.datetime) -> None:
    """Tell the user from now on exactly these news, as (topic, channel), and what cannot be turned off.

    Reminders by mail are a switch of the client's own record, the same that a mail turns off.
    Locks: user, client.  Raises: UnknownChoice for what the user does not hear of, or cannot turn off."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    topics = registry.topics_of(by)
    fixed = {(each.name, channel) for each in topics for channel in each.fixed}
    before = {cell: on for cell, on in choices_of(by, topics).items() if cell not in fixed}
    if not before.keys() >= set(wanted):
        raise UnknownChoice()
    changed = {cell: cell in wanted for cell, on in before.items() if on != (cell in wanted)}
    if BY_RECORD in changed:
        _switch_reminders(by.client.pk, wanted=changed.pop(BY_RECORD), by=by, now=now)
    rows = [NotificationPreference(user=by, kind=topic, channel=at, on=on) for (topic, at), on in changed.items()]
    once = ["user", "kind", "channel"]
    NotificationPreference.objects.bulk_create(rows, update_conflicts=True, unique_fields=once, update_fields=["on"])
    facts = {at.value: sorted(topic for topic, channel in wanted if channel == at) for at in Channel}
    record_audit("news_chosen", f"user:{by.pk}", by=by, facts=facts, at=now)


@action
def choose_reminders(client_id: uuid.UUID, *, wanted: bool, now: dt.datetime, by: User | None = None) -> Client:
    """Send a client reminders of sessions by mail from now on, or none; `by` is None for whoever has the link.

    Locks: client."""
    return _switch_reminders(client_id, wanted=wanted, by=by, now=now)


@inside_action
def _switch_reminders(client_id: uuid.UUID, *, wanted: bool, by: User | None, now: dt.datetime) -> Client:
    client = Client.objects.select_for_update(no_key=True).get(pk=client_id)
    if client.wants_reminders != wanted:
        client.wants_reminders = wanted
        client.save(update_fields=["wants_reminders"])
        record_audit("reminders_on" if wanted else "reminders_off", f"client:{client_id}", by=by, at=now)
    return client
