"""The mail of each kind of news, in the words and by the clock of whoever reads it.

In a subject stands neither a name nor what the work is about, for it shows on locked screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduling.news.mails import answers, questions, sessions, threads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clients.mail import Mail
    from clients.models import OutboxMessage

MAILS: Mapping[str, Callable[[OutboxMessage], Mail | None]] = {
    **sessions.MAILS,
    **questions.MAILS,
    **answers.MAILS,
    **threads.MAILS,
}
