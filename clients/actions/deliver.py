"""Telling what waits in the outbox: on somebody's pages, and by mail.

First it is told here, in one transaction that cannot be done twice; then the mail leaves while the row is locked.  A
worker may die anywhere in between: whoever goes on finds how far it came.  Only between the mail server's "250" and the
commit after it can a mail go out again, and then under the same Message-ID."""

from __future__ import annotations

import datetime as dt
import logging
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from clients import post
from clients.models import Notification, OutboxMessage
from clients.queries import wants
from clients.recipients import recipient_of, wants_mail
from clients.states import Channel, OutboxOutcome
from config.kernel import htmx, live, registry
from config.kernel.actions import action, inside_action
from config.kernel.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clients.mail import Mail
    from clients.recipients import Recipient

# What cannot be sent for so long is given up, and waits for somebody in the office.
GIVE_UP_AFTER = dt.timedelta(days=3)
# Seconds between one try and the next: 2, 4, 8 … and then always so many.
LONGEST_PAUSE = 300
# Nothing is wrong with a message when the database is away, or somebody else is at the rows that it needs.
_NOT_ITS_FAULT = (OperationalError, InterfaceError, Busy)

log = logging.getLogger(__name__)


class Later(Exception):
    """It is to be tried again, at that instant."""

    def __init__(self, at: dt.datetime) -> None:
        super().__init__("later")
        self.at = at


class NotYet(Later):
    """It is not time yet to tell this."""


class NotDelivered(Later):
    """Something was in the way, and is written down with the message."""


class UnknownKind(Exception):
    """Whoever wrote this message knows more than this worker, who may be about to be replaced."""


@dataclass(frozen=True)
class Told:
    """A message that is told here, and whose mail is still to be made."""

    message: OutboxMessage
    how: registry.Outbox
    to: Recipient


@dataclass(frozen=True)
class Ready:
    """A mail that may leave, and to whom."""

    mail: Mail
    to: Recipient


def tell(message_id: int, *, now: dt.datetime) -> bool:
    """Tell one message of the outbox on its recipient's pages.  Whether a mail is to be sent, too.

    Nothing is done about what has been told, is being told, or is not true any more.
    Raises: Later(at), of which NotYet before its time and NotDelivered when it went wrong."""
    has_mail = False
    with _written_down(message_id, now=now):
        has_mail = _tell(message_id, now=now)
    return has_mail


def deliver(message_id: int, *, now: dt.datetime) -> None:
    """Do whatever remains to be done about one message of the outbox: tell it, and send its mail.

    Raises: as `tell`."""
    with _written_down(message_id, now=now):
        ready = _make(message_id, now=now)
        if ready is not None:
            _send(message_id, ready, now=now)


@action
def _tell(message_id: int, *, now: dt.datetime) -> bool:
    return _told(message_id, now=now) is not None


@action
def _make(message_id: int, *, now: dt.datetime) -> Ready | None:
    """Have it told, and its mail made; None when no mail is to leave."""
    told = _told(message_id, now=now)
    if told is None:
        return None
    mail = told.how.render(told.message)
    if mail is None:
        _settle(told.message, OutboxOutcome.TOLD, now=now)
        return None
    return Ready(mail, told.to)


@inside_action
def _told(message_id: int, *, now: dt.datetime) -> Told | None:
    """The message, told; None when nothing remains to be done.  Locks: the message."""
    message = _waiting(message_id)
    if message is None:
        return None
    if message.not_before > now:
        raise NotYet(message.not_before)
    how = _how(message)
    to = recipient_of(message)
    if to is None or not how.still_true(message):
        _settle(message, OutboxOutcome.STALE, now=now)
        return None
    if message.told_at is None:
        _tell_here(message, how, to, now=now)
    if not wants_mail(to, how.topic):
        _settle(message, OutboxOutcome.TOLD, now=now)
    elif not to.email:
        _settle(message, OutboxOutcome.NO_ADDRESS, now=now)
    else:
        return Told(message, how, to)
    return None


def _send(message_id: int, ready: Ready, *, now: dt.datetime) -> None:
    """Hand the mail over and mark that, with the row locked for as long as it takes."""
    # Reaching the mail server may take long; nothing is locked meanwhile.
    # Not an action: those are tried again by themselves, and a mail that has left must not leave again.
    with post.line() as line, transaction.atomic(durable=True):
        message = _waiting(message_id)
        if message is None:
            return
        if not _how(message).still_true(message):
            _settle(message, OutboxOutcome.STALE, now=now)
            return
        with connection.cursor() as cursor:
            # A mail server may take its time; the usual limit is made for pages.
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{settings.MAIL_PATIENCE + 60:.0f}s'")
        post.send(ready.mail, ready.to, message, on=line)
        message.attempts += 1
        _settle(message, OutboxOutcome.MAILED, now=now)


def _how(message: OutboxMessage) -> registry.Outbox:
    try:
        return registry.outbox_kinds()[message.kind]
    except KeyError:
        raise UnknownKind(message.kind) from None


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


@contextmanager
def _written_down(message_id: int, *, now: dt.datetime) -> Iterator[None]:
    """Inside, whatever is in the way of a message is written down with it, in a word that names nobody.

    Raises: NotDelivered(at) when it is to be tried again, and not once it is given up or refused for good."""
    try:
        yield
    except Later:
        raise
    except _NOT_ITS_FAULT as exc:
        log.warning("outbox message %s has to wait: %s", message_id, type(exc).__name__)
        raise
    except post.Refused as exc:
        _drop_refused(message_id, str(exc), now=now)
    except Exception as exc:  # noqa: BLE001  whatever is wrong with one message, it is not lost, nor tried without a pause
        message = _note_failure(message_id, post.reason(exc), now=now)
        if message is not None:
            _say(message, exc)
            if message.dropped_at is None:
                pause = min(2 ** min(message.attempts, 16), LONGEST_PAUSE)
                # Its cause knows names and addresses, and this one ends in logs.
                raise NotDelivered(now + dt.timedelta(seconds=pause)) from None


def _say(message: OutboxMessage, exc: Exception) -> None:
    """Put into the log what was in the way: the lines of the program, without what was in them."""
    if message.dropped_at is not None:
        log.error("outbox message %s is given up: %s", message.pk, message.last_error)
    elif not isinstance(exc, OSError):
        lines = "".join(traceback.format_tb(exc.__traceback__))
        log.error("outbox message %s (%s) failed: %s\n%s", message.pk, message.kind, message.last_error, lines)
    elif message.attempts == 1 or getattr(exc, "smtp_code", None):
        log.warning("outbox message %s was not sent: %s", message.pk, message.last_error)


@action
def _drop_refused(message_id: int, why: str, *, now: dt.datetime) -> None:
    if (message := _waiting(message_id)) is not None:
        message.attempts, message.last_error = message.attempts + 1, why
        _settle(message, OutboxOutcome.REFUSED, now=now)


@action
def _note_failure(message_id: int, why: str, *, now: dt.datetime) -> OutboxMessage | None:
    """Write down why it did not go, and give it up when it has waited for too long."""
    message = _waiting(message_id)
    if message is None:
        return None
    message.attempts, message.last_error = message.attempts + 1, why
    if now - message.not_before < GIVE_UP_AFTER:
        message.save(update_fields=["attempts", "last_error"])
    else:
        _settle(message, OutboxOutcome.FAILED, now=now)
    return message


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
