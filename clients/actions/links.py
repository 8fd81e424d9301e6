"""Links that open one thing without a password; only the hash of a token is kept."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from clients.actions import records
from clients.models import AccessLink
from clients.queries import token_hash
from config.kernel.actions import action

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User

_TOKEN_BYTES = 32


@action
def mint_link(purpose: str, obj: str, *, expires_at: dt.datetime, now: dt.datetime, by: User | None = None) -> str:
    """Make one more link to that row ("proposal:7") and hand out its token, which nobody can read again.

    Several links to one row may live side by side; what they open is judged when they are opened.
    Raises: LinkNotMade when it would have ended already."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    AccessLink.objects.create(
        purpose=purpose, object=obj, token_sha256=token_hash(token), created_at=now, expires_at=expires_at
    )
    records.record_audit("link_minted", obj, by=by, facts={"purpose": purpose}, at=now)
    return token
