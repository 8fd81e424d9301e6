"""Who waits for an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduling.models import ConflictCase
from scheduling.states import CaseStatus

if TYPE_CHECKING:
    import uuid

    from clients.models import User
    from config.kernel.time import Interval


def self_booking_clients(provider: User, during: Interval) -> list[uuid.UUID]:
    """The clients whose pending cases want some of that time and would be booked the moment it is free."""
    cases = ConflictCase.objects.filter(
        provider=provider,
        status=CaseStatus.PENDING_RESOLUTION,
        wanted__overlap=during.as_range(),
        book_when_freed=True,
    )
    return list(cases.values_list("client_id", flat=True))
