"""What has become of a message: whether it was read, and until then how it was told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from clients.states import UNDELIVERED, OutboxOutcome
from config.kernel import dates

if TYPE_CHECKING:
    from clients.models import Client, OutboxMessage
    from scheduling.models import Message

# So long a page asks by itself what has become of a message; whoever looks later sees it anyhow.
WATCHED_FOR = dt.timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How far a message came.  `hint` is what to do about one that did not arrive, where it cannot be sent again."""

    words: str
    is_trouble: bool = False
    # It may be told any moment.
    is_moving: bool = False
    may_send_again: bool = False
    hint: str = ""


def delivery_of(message: Message, client: Client, *, is_coachs: bool, now: dt.datetime) -> Delivery:
    """What became of a message, for the coach of the thread or for its client.  No query: `outbox` and the client's user
    are there."""
    if message.read_at is not None and message.author_id is not None:
        return Delivery(words=_("read"))
    told = message.outbox
    if told is None or _has_answer(message):
        return Delivery(words="")
    is_mine = message.is_providers if is_coachs else message.is_clients
    is_trouble = told.outcome in UNDELIVERED
    has_account = client.user is not None or not is_coachs
    has_address = bool(client.email or client.user)
    may_tell = is_mine and is_coachs and is_trouble and (message.proposal is None or message.proposal.is_open_at(now))
    return Delivery(
        words=_words(told, has_account=has_account),
        is_trouble=is_trouble,
        is_moving=told.outcome == OutboxOutcome.WAITING and now - told.created_at < WATCHED_FOR,
        may_send_again=may_tell and has_address,
        hint=_hint(message) if may_tell and not has_address else "",
    )


def _has_answer(message: Message) -> bool:
    """Whether it arrived, for it was answered: the question itself says so."""
    asked = message.proposal
    return asked is not None and (asked.answered_at is not None or asked.agreed_at is not None)


def _words(told: OutboxMessage, *, has_account: bool) -> str:
    if told.outcome == OutboxOutcome.WAITING:
        return _waiting(told, has_account=has_account)
    if told.outcome == OutboxOutcome.MAILED and told.sent_at:
        return _("sent by email %(time)s") % {"time": dates.lately(told.sent_at)}
    if told.outcome == OutboxOutcome.TOLD:
        return _("on their page")
    if told.outcome == OutboxOutcome.NO_ADDRESS:
        return (
            _("on their page; there is no email address") if has_account else _("not sent: there is no email address")
        )
    if told.outcome == OutboxOutcome.REFUSED:
        return _("not sent: the email was refused")
    return _("not sent: the email could not be delivered") if told.outcome == OutboxOutcome.FAILED else ""


def _waiting(told: OutboxMessage, *, has_account: bool) -> str:
    if told.attempts:
        return _("the email did not leave yet, and is tried again")
    if told.told_at is None:
        return _("waiting to be sent")
    return _("on their page, the email is on its way") if has_account else _("the email is on its way")


def _hint(message: Message) -> str:
    if message.proposal is not None:
        return _("Hand the link over: it is made where the question waits.")
    return _("Call, or ask the office to enter an address.")
