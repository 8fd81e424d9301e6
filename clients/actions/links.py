"""Links that open one thing without a password; only the hash of a token is kept."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

from clients.actions import records
from clients.models import AccessLink
from clients.queries import token_hash
from config.kernel.actions import action, inside_action

if TYPE_CHECKING:
    from clients.models import User

_TOKEN_BYTES = 32
_SALT = "clients.actions.links"
# A link that is to work for as long as somebody may look at the mail that carries it.
AS_LONG_AS_MAIL_IS_KEPT = dt.timedelta(days=5 * 365)


@action
def mint_link(purpose: str, obj: str, *, expires_at: dt.datetime, now: dt.datetime, by: User | None = None) -> str:
    """Make one more link to that row ("proposal:7") and hand out its token, which nobody can read again.

    Several links to one row may live side by side; what they open is judged when they are opened.
    Raises: LinkNotMade when it would have ended already."""
    return mint(purpose, obj, expires_at=expires_at, now=now, by=by)


@inside_action
def mint(purpose: str, obj: str, *, expires_at: dt.datetime, now: dt.datetime, by: User | None = None) -> str:
    """As `mint_link`, within a greater deed."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    AccessLink.objects.create(
        purpose=purpose, object=obj, token_sha256=token_hash(token), created_at=now, expires_at=expires_at
    )
    records.record_audit("link_minted", obj, by=by, facts={"purpose": purpose}, at=now)
    return token


@inside_action
def kept_link(purpose: str, obj: str, *, kept_by: str, expires_at: dt.datetime, now: dt.datetime) -> str:
    """The link to that row in one certain mail ("outbox:12"), the same however often the mail is made.

    A worker that dies between a mail and its mark makes the mail again: both copies then open the same.  Nobody can
    find the token who does not know the site's secret key; of it, too, only the hash is kept.
    Raises: LinkNotMade when it would have ended already."""
    digest = salted_hmac(_SALT, f"{purpose} {obj} {kept_by}", algorithm="sha256").digest()
    token = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    link, is_new = AccessLink.objects.get_or_create(
        token_sha256=token_hash(token),
        defaults={"purpose": purpose, "object": obj, "created_at": now, "expires_at": expires_at},
    )
    if is_new:
        records.record_audit("link_minted", obj, by=None, facts={"purpose": purpose, "in": kept_by}, at=now)
    elif link.expires_at < expires_at:
        link.expires_at = expires_at
        link.save(update_fields=["expires_at"])
    return token


@inside_action
def end_links(purpose: str, obj: str, *, now: dt.datetime, by: User | None = None) -> int:
    """Let every link of that purpose to that row open nothing any more; how many there were."""
    number, _tables = AccessLink.objects.filter(purpose=purpose, object=obj).delete()
    if number:
        records.record_audit("link_ended", obj, by=by, facts={"purpose": purpose, "number": number}, at=now)
    return number
