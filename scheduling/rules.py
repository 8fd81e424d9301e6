"""Questions about plain values: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduling.models import RescheduleProposal

# Stands before the client's own words where the hour is kept: a proposal has one field for what is written back.
_KEPT = "[kept]"


@dataclass(frozen=True)
class Reply:
    """What a declined proposal says: whether the hour is kept, and the client's own words."""

    keeps: bool
    text: str


def reply_of(proposal: RescheduleProposal) -> Reply:
    """The reply in a declined proposal."""
    keeps = proposal.counter_text.startswith(_KEPT)
    return Reply(keeps, proposal.counter_text.removeprefix(_KEPT).strip() if keeps else proposal.counter_text)


def reply_text(reply: Reply) -> str:
    """A reply as it is kept in the proposal."""
    return f"{_KEPT} {reply.text}".strip() if reply.keeps else reply.text
