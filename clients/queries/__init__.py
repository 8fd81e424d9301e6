"""Reads of people and records that more than one room needs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from clients.models import AccessLink, Care, Client, NotificationPreference
from clients.states import REMINDERS, Channel
from config.kernel import registry
from config.kernel.time import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clients.models import User
    from config.kernel.registry import Topic

# The choice that is kept in a client's record, and not among the preferences.
BY_RECORD = (REMINDERS, Channel.EMAIL.value)


def token_hash(token: str) -> bytes:
    """How a link's token is kept."""
    return hashlib.sha256(token.encode()).digest()


def link_object(token: str, purpose: str) -> str | None:
    """The row ("proposal:7") that a living link of that purpose opens; None for any other token."""
    links = AccessLink.objects.filter(token_sha256=token_hash(token), purpose=purpose, expires_at__gt=now())
    return links.values_list("object", flat=True).first()


def is_in_care(client: Client, provider: User) -> bool:
    """Whether the provider cares for the client now."""
    return Care.objects.filter(client=client, provider=provider, ended_at__isnull=True).exists()


def client_in_care(provider_id: int) -> Exists:
    """Whether the provider cares now for the `client` of each row, to annotate or filter rows that have one."""
    return Exists(Care.objects.filter(client=OuterRef("client"), provider=provider_id, ended_at__isnull=True))


def wants(user: User, topic: str, channel: Channel) -> bool:
    """Whether the user wants news of that topic on that channel; what belongs to no topic is always wanted."""
    declared = registry.topics().get(topic)
    if declared is None or channel in declared.fixed:
        return True
    return choices_of(user, [declared])[topic, channel]


def choices_of(user: User, topics: Iterable[Topic]) -> dict[tuple[str, str], bool]:
    """What of these topics the user wants, on each channel: as chosen, else as it is at first; fixed ones in any case.

    Reminders by mail are a switch of the client's own record, which mails turn off too."""
    asked = {each.name: each for each in topics}
    wanted = {
        (name, channel.value): channel in each.channels | each.fixed
        for name, each in asked.items()
        for channel in Channel
    }
    chosen = NotificationPreference.objects.filter(user=user, kind__in=asked, channel__in=Channel.values)
    for name, channel, on in chosen.values_list("kind", "channel", "on"):
        wanted[name, channel] = on or channel in asked[name].fixed
    if BY_RECORD in wanted:
        own = Client.objects.filter(user=user).values_list("wants_reminders", flat=True).first()
        wanted[BY_RECORD] = wanted[BY_RECORD] if own is None else own
    return wanted
