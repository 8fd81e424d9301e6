"""Who is in the way of a wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clients.queries import client_in_care
from scheduling.errors import ClientBusy, HourTaken
from scheduling.models import Session
from scheduling.queries.probes import is_anything_there
from scheduling.slots.engine import ignored_ids
from scheduling.states import SessionStatus
from scheduling.wishes import Clash, ClashKind

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.slots.engine import Ignored


def clash_of(
    provider: User, client: Client, during: Interval, *, now: dt.datetime, ignoring: Ignored = None
) -> Clash | None:
    """What forbids this hour to this client with this provider; None when nothing does.

    `ignoring` is a session whose own time counts as free, because it is the one that would move, or several.
    Sessions of other providers are never named: they only make the client busy; nor are clients of old, whose care with
    this provider has ended."""
    ignored = ignored_ids(ignoring)
    if not is_anything_there(provider.pk, client.pk, during, ignoring=ignored):
        return None
    holding = Session.objects.holding().exclude(pk__in=ignored).annotate(in_care=client_in_care(provider.pk))
    rows: list[Any] = list(holding.overlapping(provider, during).select_related("client").order_by("during", "pk"))
    unnamed = frozenset(row.pk for row in rows if not row.in_care)
    mine: tuple[Session, ...] = tuple(rows)
    kind = _kind(mine, client, busy_elsewhere(client, provider, during), now)
    if kind == ClashKind.ONE:
        kind = _whether_to_ask(mine[0].client, is_in_care=not unnamed)
    return None if kind is None else Clash(kind=kind, sessions=mine, client=client, during=during, unnamed=unnamed)


def taken(clash: Clash) -> HourTaken:
    """The refusal that says what is in the way."""
    return ClientBusy(clash=clash) if clash.kind == ClashKind.CLIENT_BUSY else HourTaken(clash=clash)


def busy_elsewhere(client: Client, provider: User, during: Interval) -> Session | None:
    """The client's first session with anybody else at that time; for the case's record, never to be shown."""
    holding = Session.objects.holding().of_client_overlapping(client, during)
    return holding.exclude(provider=provider).order_by("during", "pk").first()


def _kind(mine: tuple[Session, ...], client: Client, elsewhere: Session | None, now: dt.datetime) -> ClashKind | None:
    if any(session.client_id == client.pk for session in mine):
        return ClashKind.OWN
    if elsewhere:
        return ClashKind.CLIENT_BUSY
    if not mine:
        return None
    if len(mine) > 1:
        return ClashKind.SEVERAL
    has_begun = mine[0].starts_at <= now or mine[0].status != SessionStatus.SCHEDULED
    return ClashKind.STARTED if has_begun else ClashKind.ONE


def _whether_to_ask(holder: Client, *, is_in_care: bool) -> ClashKind:
    """Of one session still ahead: whether its client can be asked anything."""
    if not is_in_care:
        return ClashKind.FORMER
    return ClashKind.ONE if holder.is_active else ClashKind.ARCHIVED
