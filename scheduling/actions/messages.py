"""Writing to one another, and having read what the other wrote.  No calendar changes by it, and none is locked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from clients.actions import records, submitted
from clients.models import Notification, OutboxMessage
from clients.recipients import recipient_of
from clients.states import UNDELIVERED
from config.kernel import htmx, live
from config.kernel.actions import action, inside_action
from scheduling import rules
from scheduling.actions import locks
from scheduling.errors import MessageTooLong, NoAddressYet, NothingWritten, NotSentAgain, SentJustNow
from scheduling.models import Message
from scheduling.models.message import FROM_CLIENT, FROM_PROVIDER, LONGEST_MESSAGE
from scheduling.states import MessageKind
from scheduling.wishes import fingerprint_of

if TYPE_CHECKING:
    import uuid

    from clients.models import Care, User

SENT = "message_sent"
# So long after it did not arrive nobody sends the same again.
SEND_REST = dt.timedelta(minutes=1)


@action
def write_message(
    provider_id: int, client_id: uuid.UUID, text: str, *, by: User, now: dt.datetime, form_key: str = ""
) -> Message:
    """Write to the other of the two: one to 4,000 characters, exactly as they were typed.  `by` is one of them.

    The same form sent again gives the first message.
    Locks: the care.  Tells: the other.
    Raises: NothingWritten, MessageTooLong, CareEnded, RecordArchived, ReadsNothing(name), AlreadySent."""
    care = locks.lock_care(provider_id, client_id)
    fingerprint = fingerprint_of("message", care.pk, text)
    if first := submitted.first_answer(by, form_key, fingerprint):
        return Message.objects.get(pk=first["message"])
    if refusal := rules.why_not_write(care):
        raise refusal
    if not text.strip():
        raise NothingWritten()
    if len(text) > LONGEST_MESSAGE:
        raise MessageTooLong()
    message = _write(care, text, by=by, now=now)
    submitted.remember(by, form_key, fingerprint, {"message": message.pk})
    return message


@action
def mark_read(provider_id: int, client_id: uuid.UUID, *, by: User, now: dt.datetime, until: int) -> int:
    """Have read what the other of the two wrote, up to the message of that number; returns how many were new.

    The bell rings for none of them any more.  Who read when is in the message itself, and not audited.
    Tells: nobody, but the open pages of both."""
    unread = Message.objects.filter(provider=provider_id, client=client_id, pk__lte=until, read_at__isnull=True)
    told = list(unread.filter(FROM_CLIENT if by.pk == provider_id else FROM_PROVIDER).values_list("pk", "outbox"))
    if not told:
        return 0
    Message.objects.filter(pk__in=[pk for pk, _outbox in told], read_at__isnull=True).update(read_at=now)
    rung = Notification.objects.filter(user=by, message__in=[outbox for _pk, outbox in told if outbox])
    if rung.filter(read_at__isnull=True).update(read_at=now):
        live.changed(live.for_user(by.pk), htmx.BELL_CHANGED)
    show_change(provider_id, client_id)
    return len(told)


@action
def send_again(message_id: int, *, by: User, now: dt.datetime) -> OutboxMessage:
    """Tell once more what did not arrive: a text, or a question that can still be answered.

    Locks: the care, the message.  Tells: the client.
    Raises: NotSentAgain, SentJustNow, NoAddressYet, CareEnded, RecordArchived, ReadsNothing(name)."""
    seen = Message.objects.get(pk=message_id)
    care = locks.lock_care(seen.provider_id, seen.client_id)
    if refusal := rules.why_not_write(care):
        raise refusal
    message = locks.lock_message(message_id)
    before = message.outbox
    if before is None or not _is_missing(message, before, now=now):
        raise NotSentAgain()
    if before.dropped_at and now - before.dropped_at < SEND_REST:
        raise SentJustNow()
    to = recipient_of(before)
    if to is None or not to.email:
        raise NoAddressYet()
    message.outbox = records.queue_message(before.kind, before.recipient, before.object)
    message.save(update_fields=["outbox"])
    facts = {"before": before.pk, "outbox": message.outbox.pk}
    records.record_audit("message_sent_again", f"message:{message.pk}", by=by, facts=facts, at=now)
    show_change(message.provider_id, message.client_id)
    return message.outbox


@inside_action
def show_change(provider_id: int, client_id: uuid.UUID) -> None:
    """Let the open pages of both read their thread anew, once this transaction stands."""
    live.changed(live.for_user(provider_id), htmx.MESSAGES_CHANGED)
    live.changed(live.for_client(client_id), htmx.MESSAGES_CHANGED)


@inside_action
def _write(care: Care, text: str, *, by: User, now: dt.datetime) -> Message:
    message = Message.objects.create(
        provider=care.provider, client=care.client, author=by, kind=MessageKind.TEXT, body=text, created_at=now
    )
    is_providers = by.pk == care.provider_id
    to = records.to_client(care.client_id) if is_providers else records.to_user(care.provider_id)
    message.outbox = records.queue_message(SENT, to, f"message:{message.pk}")
    message.save(update_fields=["outbox"])
    facts = {"client": str(care.client_id), "provider": care.provider_id}
    records.record_audit(SENT, f"message:{message.pk}", by=by, facts=facts, at=now)
    show_change(care.provider_id, care.client_id)
    return message


def _is_missing(message: Message, told: OutboxMessage, *, now: dt.datetime) -> bool:
    """Whether it did not arrive, and is still worth telling."""
    if told.outcome not in UNDELIVERED or message.read_at is not None or not message.is_providers:
        return False
    return message.proposal is None or message.proposal.is_open_at(now)
