"""Reads of people and records that more than one room needs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from clients.models import AccessLink, Care, NotificationPreference
from config.kernel import registry
from config.kernel.time import now

if TYPE_CHECKING:
    from clients.models import Client, User
    from clients.states import Channel


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
    chosen = NotificationPreference.objects.filter(user=user, kind=topic, channel=channel)
    on = chosen.values_list("on", flat=True).first()
    return channel in declared.channels if on is None else on
