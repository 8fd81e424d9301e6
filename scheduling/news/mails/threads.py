"""To either side of a thread: something was written.  What it says stays here, behind the sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from clients.mail import Button, Mail
from scheduling import letters
from scheduling.addresses import thread_at
from scheduling.models import Message
from scheduling.news.mails import frame
from scheduling.queries.outbox import is_in_burst

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clients.models import OutboxMessage


def written(message: OutboxMessage) -> Mail | None:
    """A new message waits to be read; of several in a row, the first says it."""
    if is_in_burst(message):
        return None
    row = Message.objects.select_related("client", "provider__coach").get(pk=message.number)
    thread = f"thread:{row.provider_id}-{row.client_id}"
    if message.recipient.startswith("client:"):
        with letters.reading_as(row.client):
            address = frame.at_site(thread_at(row.client_id, coach_id=row.provider_id))
            return frame.to_client(
                row.client,
                row.provider,
                _("You have a new message"),
                _("There is a new message for you."),
                button=Button(label=_("Read it"), url=address),
                small=() if row.client.user_id else (_how_to_sign_in(),),
                thread=thread,
            )
    with frame.reading_as_coach(row.provider):
        opening = _("There is a new message from %(name)s.") % {"name": row.client.first_name}
        subject, label = _("You have a new message"), _("Read it")
        return frame.to_coach(row.provider, subject, opening, to=thread_at(row.client_id), label=label, thread=thread)


def _how_to_sign_in() -> str:
    return _("To read it, type this email address: a code is sent to you, and you need no password.")


MAILS: Mapping[str, Callable[[OutboxMessage], Mail | None]] = {"message_sent": written}
