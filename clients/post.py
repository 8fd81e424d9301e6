"""Handing one mail to the mail server: text and HTML, and the headers that keep mails of one thing together."""

from __future__ import annotations

import smtplib
from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

if TYPE_CHECKING:
    from clients.mail import Mail
    from clients.models import OutboxMessage
    from clients.recipients import Recipient

_TEMPLATE = "clients/email/mail"
_FOR_GOOD = range(500, 600)


class Refused(Exception):
    """The mail server will not take this mail, however often it is asked."""


def send(mail: Mail, to: Recipient, message: OutboxMessage) -> None:
    """Send it to one person, under an id that is the same however often this is done.

    Raises: Refused, smtplib.SMTPException and OSError when it may be tried again later."""
    try:
        compose(mail, to, message).send()
    except smtplib.SMTPRecipientsRefused as exc:
        codes = [code for code, _words in exc.recipients.values()]
        if codes and all(code in _FOR_GOOD for code in codes):
            raise Refused(f"refused: {codes[0]}") from exc
        raise
    except smtplib.SMTPDataError as exc:
        if exc.smtp_code in _FOR_GOOD:
            raise Refused(f"refused: {exc.smtp_code}") from exc
        raise


def compose(mail: Mail, to: Recipient, message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail as it leaves."""
    with translation.override(mail.language):
        shown = {"mail": mail, "practice_name": settings.PRACTICE_NAME, "practice_address": settings.PRACTICE_ADDRESS}
        text = render_to_string(f"{_TEMPLATE}.body.txt", shown)
        html = render_to_string(f"{_TEMPLATE}.body.html", shown)
        subject = " ".join(render_to_string(f"{_TEMPLATE}.subject.txt", shown).split())
    email = EmailMultiAlternatives(
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


def domain() -> str:
    """What stands behind the @ of what this site names: the host of its own mail address."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or urlsplit(settings.SITE_URL).hostname or "localhost"


def reason(exc: Exception) -> str:
    """Why a mail did not leave, in a word that names nobody: "refused: 451", "TimeoutError"."""
    code = getattr(exc, "smtp_code", None)
    return f"refused: {code}" if code else type(exc).__name__


def one_line(text: str) -> str:
    """The text without what would begin another line of a header."""
    return " ".join(text.split())


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
