"""Every kind of news of this room, joined from its parts; declared once, when the house is opened."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from clients.actions.deliver import NotYet
from clients.states import Channel
from config.kernel import registry, time
from scheduling import calendar_files
from scheduling.news import bells, lines, mails
from scheduling.queries.outbox import is_still_true, undoable_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from clients.mail import Mail
    from clients.models import OutboxMessage

# What a kind is news of, as one may choose to hear it.
TOPICS = {
    **dict.fromkeys(("session_booked", "series_booked", "session_moved", "session_cancelled"), "sessions"),
    **dict.fromkeys(("times_offered", "asked_to_move", "swap_proposed"), "questions"),
    **dict.fromkeys(("proposal_extended", "proposal_reminded", "proposal_withdrawn"), "questions"),
    "proposal_answered": "answers",
    "proposal_declined": "answers",
    "proposal_kept": "answers",
    "proposal_expired": "answers",
    "swap_agreed": "answers",
    "hour_held": "freed",
    "case_booked": "freed",
    "message_sent": "messages",
    "session_reminder": "reminders",
}


def declare() -> None:
    """Tell the kernel what there is to hear, and how each kind of it is told."""
    both = (Channel.APP, Channel.EMAIL)
    registry.topic(
        "sessions",
        _("Your sessions: booked, moved, cancelled"),
        role="client",
        channels=both,
        fixed=both,
        why=_("Always, so that you know when your session is."),
    )
    registry.topic(
        "questions",
        _("Times offered to you, and questions about your sessions"),
        role="client",
        channels=both,
        fixed=both,
        why=_("Always, for they wait for your answer."),
    )
    registry.topic("answers", _("Answers to your questions"), role="coach", channels=both)
    registry.topic("freed", _("Hours that become free for somebody who waits"), role="coach", channels=both)
    registry.topic("messages", _("New messages"), role="", channels=both)
    registry.topic("reminders", _("Reminders of your sessions"), role="client", channels=both)
    for kind, render in mails.MAILS.items():
        registry.outbox(
            kind,
            may_be_told,
            functools.partial(_mail_of, render),
            bell=bells.BELLS.get(kind),
            words=bells.WORDS.get(kind),
            line=lines.LINES.get(kind),
            topic=TOPICS.get(kind, ""),
        )


def may_be_told(message: OutboxMessage) -> bool:
    """Whether a message is still true.

    Raises: NotYet(at) while a change of the session it tells of can still be undone."""
    if until := undoable_until(message, now=time.now()):
        raise NotYet(until)
    return is_still_true(message)


def _mail_of(render: Callable[[OutboxMessage], Mail | None], message: OutboxMessage) -> Mail | None:
    """The mail of that kind, with the calendar file that belongs to it."""
    mail = render(message)
    return mail and replace(mail, attachments=(*mail.attachments, *calendar_files.attachments_for(message)))
