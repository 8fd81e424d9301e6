"""Telling what waits in the outbox: on somebody's pages, and by mail.

First it is told here, in one transaction that cannot be done twice; then the mail leaves while the row is locked.  A
worker may die anywhere in between: whoever goes on finds how far it came.  Only between the mail server's "250" and the
commit after it can a mail go out again, and then under the same Message-ID."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from clients import post
from clients.models import Notification, OutboxMessage
from clients.queries import wants
from clients.recipients import recipient_of
from clients.states import Channel, OutboxOutcome
from config.kernel import htmx, live, registry
from config.kernel.actions import action, inside_action

if TYPE_CHECKING:
    from clients.mail import Mail
    from clients.recipients import Recipient

# What cannot be sent for so long is given up, and waits for somebody in the office.
GIVE_UP_AFTER = dt.timedelta(days=3)
# A mail server may take its time; a page may not, and these limits are made for pages.
_PATIENCE = "SET LOCAL idle_in_transaction_session_timeout = '120s'"

log = logging.getLogger(__name__)


class NotYet(Exception):
    """It is not time yet to tell this."""

    def __init__(self, not_before: dt.datetime) -> None:
        super().__init__("not yet")
        self.not_before = not_before


class MailNotSent(Exception):
    """The mail server could not take the mail; it is to be asked again."""


@dataclass(frozen=True)
class Ready:
    """A mail that may leave, and to whom."""

    mail: Mail
    to: Recipient


def deliver(message_id: int, *, now: dt.datetime) -> None:
    """Tell one message of the outbox, unless it has been told, is being told, or is not true any more.

    Raises: NotYet(not_before) before its time, MailNotSent when the mail server is to be asked again later."""
    ready = tell(message_id, now=now)
    if ready is None:
        return
    try:
        _send(message_id, ready, now=now)
    except post.Refused as exc:
        _drop_refused(message_id, str(exc), now=now)
    except (smtplib.SMTPException, OSError) as exc:
        if _note_failure(message_id, post.reason(exc), now=now):
            raise MailNotSent() from exc


@action
def tell(message_id: int, *, now: dt.datetime) -> Ready | None:
    """Tell it on the recipient's pages, once, and make its mail; None when no mail is to leave.

    Locks: the message.  Raises: NotYet(not_before)."""
    message = _waiting(message_id)
    if message is None:
        return None
    if message.not_before > now:
        raise NotYet(message.not_before)
    how = registry.outbox_kinds()[message.kind]
    to = recipient_of(message)
    if to is None or not how.still_true(message):
        _settle(message, OutboxOutcome.STALE, now=now)
        return None
    if message.told_at is None:
        _tell_here(message, how, to, now=now)
    is_wanted = to.user is None or wants(to.user, how.topic, Channel.EMAIL)
    mail = how.render(message) if is_wanted else None
    if mail is None or not to.email:
        _settle(message, OutboxOutcome.TOLD if mail is None else OutboxOutcome.NO_ADDRESS, now=now)
        return None
    return Ready(mail, to)


def _send(message_id: int, ready: Ready, *, now: dt.datetime) -> None:
    """Hand the mail over and mark that, with the row locked for as long as it takes."""
    # Not an action: those are tried again by themselves, and a mail that has left must not leave again.
    with transaction.atomic(durable=True):
        message = _waiting(message_id)
        if message is None:
            return
        if not registry.outbox_kinds()[message.kind].still_true(message):
            _settle(message, OutboxOutcome.STALE, now=now)
            return
        with connection.cursor() as cursor:
            cursor.execute(_PATIENCE)
        post.send(ready.mail, ready.to, message)
        message.attempts += 1
        _settle(message, OutboxOutcome.MAILED, now=now)


@inside_action
def _tell_here(message: OutboxMessage, how: registry.Outbox, to: Recipient, *, now: dt.datetime) -> None:
    bell = how.bell(message) if how.bell else None
    if bell and to.user is not None and wants(to.user, how.topic, Channel.APP):
        said = {"kind": message.kind, "facts": {**bell.facts}, "url": bell.url}
        Notification.objects.create(user=to.user, message=message, created_at=now, **said)
        live.changed(live.for_user(to.user.pk), htmx.BELL_CHANGED)
    if how.line:
        how.line(message, now)
    message.told_at = now
    message.save(update_fields=["told_at"])


@action
def _drop_refused(message_id: int, why: str, *, now: dt.datetime) -> None:
    if (message := _waiting(message_id)) is not None:
        message.attempts, message.last_error = message.attempts + 1, why
        _settle(message, OutboxOutcome.REFUSED, now=now)


@action
def _note_failure(message_id: int, why: str, *, now: dt.datetime) -> bool:
    """Write down why the mail did not leave.  Whether it is to be tried again."""
    message = _waiting(message_id)
    if message is None:
        return False
    message.attempts, message.last_error = message.attempts + 1, why
    if now - message.not_before < GIVE_UP_AFTER:
        message.save(update_fields=["attempts", "last_error"])
        return True
    log.error("outbox message %s is given up: %s", message.pk, why)
    _settle(message, OutboxOutcome.FAILED, now=now)
    return False


def _waiting(message_id: int) -> OutboxMessage | None:
    """The locked message if it is still to be told and nobody else is at it."""
    rows = OutboxMessage.objects.select_for_update(no_key=True, skip_locked=True)
    return rows.filter(pk=message_id, sent_at=None, dropped_at=None).first()


def _settle(message: OutboxMessage, outcome: OutboxOutcome, *, now: dt.datetime) -> None:
    message.outcome = outcome
    if outcome in {OutboxOutcome.MAILED, OutboxOutcome.TOLD}:
        message.sent_at = now
    else:
        message.dropped_at = now
    message.save(update_fields=["outcome", "sent_at", "dropped_at", "attempts", "last_error"])
