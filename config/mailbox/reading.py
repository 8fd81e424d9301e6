"""Mails of the folder, read for the pages that show them."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from email.message import EmailMessage

# Links lead out of the frame in which the mail is shown.
_OUT = '<base target="_top">'
_SHOWN = ("Message-ID", "References", "List-Unsubscribe")


@dataclass(frozen=True, kw_only=True)
class File:
    """Something that goes with a mail."""

    place: int
    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class ReadMail:
    """A mail as it would reach somebody."""

    name: str
    at: dt.datetime
    to: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    files: tuple[File, ...]


def mails() -> list[ReadMail]:
    """All of them, the newest first."""
    return [mail for path in sorted(_folder().glob("*.eml"), reverse=True) if (mail := mail_named(path.stem))]


def mail_named(name: str) -> ReadMail | None:
    """One mail; None when there is none of that name."""
    try:
        content = (_folder() / f"{name}.eml").read_bytes()
        at = dt.datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, dt.UTC)
    except (OSError, ValueError, OverflowError):
        return None
    message = email.message_from_bytes(content, policy=email.policy.default)
    return ReadMail(
        name=name,
        at=at,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html").replace("<head>", f"<head>{_OUT}", 1),
        headers=tuple((each, str(message[each])) for each in _SHOWN if message[each]),
        files=_files(message),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _files(message: EmailMessage) -> tuple[File, ...]:
    return tuple(
        File(
            place=place,
            name=each.get_filename() or str(place),
            mime_type=str(each["Content-Type"]),
            content=_content(each),
        )
        for place, each in enumerate(message.iter_attachments())
    )


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _folder() -> Path:
    return Path(settings.MAILBOX_DIR)
