"""Clients of whom nothing new can be asked, and the refusal that says so."""

from __future__ import annotations

import pytest

from clients.errors import ClientArchived, NotInCare
from clients.states import ClientStatus
from tests.factories import NOW

BARRED = pytest.mark.parametrize(("how", "refusal"), [("archived", ClientArchived), ("former", NotInCare)])


def bar(client, how):
    """Let the client be archived, or out of everybody's care."""
    if how == "archived":
        client.status = ClientStatus.ARCHIVED
        client.save()
    else:
        client.care.update(ended_at=NOW)
