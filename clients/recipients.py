"""Who a message of the outbox is for: where it reaches them, and how they like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clients.models import Client, User
from clients.queries import wants
from clients.states import REMINDERS, Channel

if TYPE_CHECKING:
    from clients.models import OutboxMessage


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody to be told; `user` is who sees a bell, `client` whose record it is about, either may be missing."""

    user: User | None
    client: Client | None
    name: str
    email: str
    language: str
    time_zone: str


def recipient_of(message: OutboxMessage) -> Recipient | None:
    """The person behind "user:5" or "client:<uuid>" as they are now; None when there is no such row any more, or when
    their account was closed.

    A client is written to under the address in the record, and sees a bell if they sign in here."""
    kind, _, number = message.recipient.partition(":")
    if kind == "client":
        return _client(Client.objects.select_related("user").filter(pk=number).first())
    return _user(User.objects.filter(pk=number, is_active=True).first())


def _client(client: Client | None) -> Recipient | None:
    if client is None:
        return None
    user = client.user if client.user is not None and client.user.is_active else None
    return Recipient(
        user=user,
        client=client,
        name=client.full_name,
        email=client.email or (user.email if user else ""),
        language=user.language if user else client.language,
        time_zone=client.time_zone,
    )


def _user(user: User | None) -> Recipient | None:
    if user is None:
        return None
    return Recipient(
        user=user,
        client=None,
        name=user.full_name,
        email=user.email,
        language=user.language,
        time_zone=user.time_zone,
    )


def wants_mail(to: Recipient, topic: str) -> bool:
    """Whether somebody wants mails of that topic; who has no account here can only turn reminders off, in their record."""
    if to.user is not None:
        return wants(to.user, topic, Channel.EMAIL)
    return topic != REMINDERS or to.client is None or to.client.wants_reminders
