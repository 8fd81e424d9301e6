"""What is told: a mail as it is handed to the mail server, and what the bell says."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Button:
    """The one thing to do about a mail: its words, and the bare address, which is also written out."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes with a mail; its type may have parameters ("text/calendar; method=REQUEST")."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail to one person, every line in their language and by their clock, ready to be laid out.

    `paragraphs` come first, then `times` (a list), `note` (somebody's own words, quoted), the button, `small` (what is
    good to know), and the signature.  `thread` is what all mails about one thing share ("session:42"), so that they stand
    together; `unsubscribe` is the address that ends such mails, empty for those that must be sent."""

    language: str
    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    times: tuple[str, ...] = ()
    note: str = ""
    button: Button | None = None
    small: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    thread: str = ""
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: str = ""


@dataclass(frozen=True, kw_only=True)
class Bell:
    """What the bell says: facts (ids, instants, codes) that are put into words when it is read, and where it leads.

    Who it is about is "client" (a UUID) or "coach" (a user's id): the name is looked up by whoever reads it."""

    url: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What stands at the bell: one sentence in the reader's language, and the icon beside it."""

    words: str
    icon: str


def domain() -> str:
    """What stands behind the @ of what this site names: the host of its own mail address."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or urlsplit(settings.SITE_URL).hostname or "localhost"


def one_line(text: str) -> str:
    """The text without what would begin another line of a header."""
    return " ".join(text.split())
