"""Who is in the way of a wish, for the actions about it: what the case names, and whose client can be asked to move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel.actions import inside_action
from scheduling.actions import book, locks
from scheduling.errors import CannotAsk, ChangedMeanwhile, HourFreeNow, HourTaken
from scheduling.queries.clash import busy_elsewhere, clash_of
from scheduling.wishes import ClashKind

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.models import Session
    from scheduling.wishes import AskToMove, Clash


def clash_around(provider: User, client: Client, during: Interval, now: dt.datetime) -> Clash:
    """What forbids the hour to the client.  Raises: HourFreeNow when nothing does."""
    clash = clash_of(provider, client, during, now=now)
    if clash is None:
        raise HourFreeNow()
    return clash


@inside_action
def who_could_move(provider: User, clash: Clash) -> Session:
    """The session whose client can be asked, locked.

    Raises: CannotAsk(clash); NotInCare or ClientArchived when that alone is why."""
    if clash.kind in {ClashKind.FORMER, ClashKind.ARCHIVED}:
        book.welcome(provider, clash.sessions[0].client)
    if not clash.may_ask:
        raise CannotAsk(clash=clash)
    return locks.lock_session(clash.sessions[0].pk)


@inside_action
def seen_in_the_way(provider: User, clash: Clash, wish: AskToMove) -> Session:
    """The session that the coach saw in the way, locked, if it still is and has not changed.

    Raises: HourTaken(clash) when another one is, ChangedMeanwhile(session), and as `who_could_move`."""
    if clash.may_ask and clash.sessions[0].pk != wish.session_id:
        raise HourTaken(clash=clash)
    session = who_could_move(provider, clash)
    if session.version != wish.session_version:
        raise ChangedMeanwhile(session=session)
    return session


def first_in_the_way(clash: Clash, provider: User) -> Session:
    """What the case names as blocking: ours, or (for the record alone) the client's session with another provider."""
    if clash.sessions:
        return clash.sessions[0]
    elsewhere = busy_elsewhere(clash.client, provider, clash.during)
    if elsewhere is None:
        raise HourFreeNow()
    return elsewhere
