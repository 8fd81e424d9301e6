"""Handing one mail to the mail server: text and HTML, and the headers that keep mails of one thing together."""

from __future__ import annotations

import smtplib
from contextlib import contextmanager
from email.utils import formataddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from clients.mail import domain, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clients.mail import Mail
    from clients.models import OutboxMessage
    from clients.recipients import Recipient

_TEMPLATE = "clients/email/mail"
_FOR_GOOD = range(500, 600)
# Said to us, not to whom the mail is for: that we have to sign in, or to speak in private, first.
_OURS = frozenset({530, 534, 535, 538})


class Refused(Exception):
    """The mail server will not take this mail, however often it is asked."""


@contextmanager
def line() -> Iterator[Any]:
    """A line to the mail server.  Whatever it does, everything is over after MAIL_PATIENCE seconds.

    Raises: smtplib.SMTPException and OSError when there is none now."""
    connection = get_connection(patience=settings.MAIL_PATIENCE)
    connection.open()
    try:
        yield connection
    finally:
        try:
            connection.close()
        except (smtplib.SMTPException, OSError):
            pass  # how a goodbye goes does not concern the mail


def send(mail: Mail, to: Recipient, message: OutboxMessage, *, on: Any) -> None:
    """Send it to one person on an open line, under an id that is the same however often this is done.

    Raises: Refused, smtplib.SMTPException and OSError when it may be tried again later."""
    email = compose(mail, to, message)
    email.connection = on
    try:
        email.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as exc:
        codes = _codes(exc)
        if codes and all(code in _FOR_GOOD and code not in _OURS for code in codes):
            raise Refused(reason(exc)) from None
        raise


def compose(mail: Mail, to: Recipient, message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail as it leaves."""
    with translation.override(mail.language):
        shown = {"mail": mail, "practice_name": settings.PRACTICE_NAME, "practice_address": settings.PRACTICE_ADDRESS}
        text = render_to_string(f"{_TEMPLATE}.body.txt", shown)
        html = render_to_string(f"{_TEMPLATE}.body.html", shown)
        subject = " ".join(render_to_string(f"{_TEMPLATE}.subject.txt", shown).split())
    email = EmailMultiAlternatives(
        reply_to=[settings.PRACTICE_EMAIL] if settings.PRACTICE_EMAIL else None,
        subject=subject,
        body=text,
        to=[formataddr((one_line(to.name), to.email))],
        headers=_headers(mail, message),
    )
    email.attach_alternative(html, "text/html")
    for each in mail.attachments:
        email.attach(each.name, each.content, each.mime_type)
    return email


def message_id(message: OutboxMessage) -> str:
    """The id of the mail that tells this message."""
    return f"<outbox-{message.pk}@{domain()}>"


def reason(exc: Exception) -> str:
    """Why a mail did not leave, in a word that names nobody: "refused: 451", "TimeoutError"."""
    codes = _codes(exc)
    return f"refused: {codes[0]}" if codes else type(exc).__name__


def _codes(exc: Exception) -> list[int]:
    """What the mail server answered, as numbers; nothing if it did not get that far."""
    if isinstance(exc, smtplib.SMTPRecipientsRefused):
        return [code for code, _words in exc.recipients.values()]
    code = getattr(exc, "smtp_code", None)
    return [] if code is None else [code]


def _headers(mail: Mail, message: OutboxMessage) -> dict[str, Any]:
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    if mail.thread:
        # Nobody ever gets the first mail of this id; all others point to it and so stand together.
        first = f"<{mail.thread.replace(':', '-')}@{domain()}>"
        headers |= {"References": first, "In-Reply-To": first}
    if mail.unsubscribe:
        headers |= {
            "List-Unsubscribe": f"<{mail.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers
