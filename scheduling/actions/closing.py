"""Closing hours in which sessions stand: nothing becomes of a session but what somebody decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel.actions import inside_action
from scheduling.actions import cancel, freed, opened
from scheduling.errors import BreaksSessions
from scheduling.hours import Closing, Decisions, Fate, token_of_loose, without
from scheduling.queries import closing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from clients.models import User
    from scheduling.hours import Booked, Loose

UNDECIDED = Decisions()


@inside_action
def change_hours(
    provider: User, write: Callable[[], None], decisions: Decisions, *, by: User, now: dt.datetime
) -> Closing:
    """Change the opening hours by `write`, and do what was decided about sessions that lie outside only since then; time
    that is open only since then goes to whoever waits for it.

    The engine itself is asked, before and after; what it says is undone with all the rest when somebody has yet to
    decide.  The provider is locked by the caller.  Tells: clients whose session is cancelled.
    Raises: BreaksSessions(sessions, fresh)."""
    ahead = closing.booked_ahead(provider.coach, now=now)
    open_before = closing.open_ahead(provider.coach, now=now)
    outside_before = closing.outside(provider.coach, ahead)
    write()
    outside_now = closing.outside(provider.coach, ahead) - outside_before
    newly_open = without(closing.open_ahead(provider.coach, now=now), open_before)
    opened.mark(provider.pk, newly_open, by=by, now=now)
    return settle(provider, [each for each in ahead if each.id in outside_now], decisions, by=by, now=now)


@inside_action
def settle(
    provider: User,
    broken: Sequence[Booked],
    decisions: Decisions,
    *,
    by: User,
    now: dt.datetime,
    loose: tuple[Loose, ...] = (),
) -> Closing:
    """Carry out what was decided about these sessions, all of it or nothing.

    The provider is locked by the caller, and the hours are closed already: a freed one goes to nobody who could not
    have it then.  Locks: clients, cases, sessions, proposals.  Tells: clients whose session is cancelled (after the
    time for undo).  Raises: BreaksSessions(sessions, fresh, loose) when one of them is not decided upon as it is now,
    or when offers and wishes (`loose`) are there that were not shown."""
    undecided = frozenset(each.id for each in broken if not decisions.covers(each))
    if undecided or (loose and token_of_loose(loose) != decisions.listed):
        fresh = undecided if decisions.versions or decisions.listed else frozenset()
        raise BreaksSessions(sessions=tuple(broken), fresh=fresh, loose=loose)
    # Whoever is in the care of others now is not this coach's to cancel.
    mine = [each for each in broken if each.in_care]
    gone = [each for each in mine if decisions.fates[each.id] == Fate.CANCEL]
    for session in freed.lock_sessions_and_waiting(provider, [each.id for each in gone]):
        cancel.drop_session(provider, session, by=by, now=now, reason=decisions.reason)
    to_ask = tuple(each.id for each in mine if decisions.fates[each.id] == Fate.ASK)
    return Closing(cancelled=len(gone), to_ask=to_ask)
