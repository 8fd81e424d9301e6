"""The mail of each kind of news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.mail import Mail
from scheduling.queries.outbox import is_in_burst

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clients.models import OutboxMessage

_KINDS = (
    "session_booked", "series_booked", "session_moved", "session_cancelled", "times_offered", "asked_to_move",
    "swap_proposed", "proposal_extended", "proposal_reminded", "proposal_withdrawn", "proposal_expired",
    "proposal_answered", "proposal_declined", "proposal_kept", "swap_agreed", "swap_called_off", "hour_held", "case_booked",
)  # fmt: skip


def _plain(message: OutboxMessage) -> Mail:
    return Mail(language="en", subject=message.kind, greeting="", paragraphs=(message.object,))


def _written(message: OutboxMessage) -> Mail | None:
    """Of what was written; one mail for a burst of it."""
    return None if is_in_burst(message) else _plain(message)


MAILS: Mapping[str, Callable[[OutboxMessage], Mail | None]] = {
    **dict.fromkeys(_KINDS, _plain),
    "message_sent": _written,
}
