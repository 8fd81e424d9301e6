"""What all mails of this room share: who reads, by whose clock, where the button leads, and who signs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.mail import Button, Mail
from config.kernel import time
from scheduling import letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clients.models import Client, User


def at_site(path: str) -> str:
    """The address of a page of ours, as it is written into a mail."""
    return f"{settings.SITE_URL}{path}"


def to_client(client: Client, coach: User, subject: str, *paragraphs: str, **more: Any) -> Mail:
    """A mail to a client about a session with that coach, who signs it.  To be called while reading as the client."""
    return Mail(
        language=client.language,
        subject=subject,
        greeting=_("Hello,"),
        paragraphs=tuple(filter(None, paragraphs)),
        signature=letters.signature_of(coach),
        **more,
    )


def to_coach(coach: User, subject: str, *paragraphs: str, to: str, label: str, **more: Any) -> Mail:
    """A mail to a coach, whose button leads to that path.  To be called while reading as the coach."""
    return Mail(
        language=coach.language,
        subject=subject,
        greeting=_("Hello,"),
        paragraphs=tuple(filter(None, paragraphs)),
        button=Button(label=label, url=at_site(to)),
        signature=(settings.PRACTICE_NAME,),
        **more,
    )


@contextlib.contextmanager
def reading_as_coach(coach: User) -> Iterator[None]:
    """Inside, words are in the coach's language and times by the clock of their calendar."""
    with translation.override(coach.language), timezone.override(time.zone(letters.zone_of(coach))):
        yield


def whom_to_tell() -> str:
    """How to say that one cannot come."""
    if settings.PRACTICE_PHONE:
        return _("If you cannot come, please call %(phone)s.") % {"phone": settings.PRACTICE_PHONE}
    return _("If you cannot come, please tell us in time.")
