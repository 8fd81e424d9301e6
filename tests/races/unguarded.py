"""The control: the same site without a single lock or turn, which thinks a while between judging an hour and writing
it, and which has half a deed written down for good before it gives away the hour that was freed by it.

What it does wrong shows that the races are run hard enough to see it."""

from __future__ import annotations

import functools
import os
import time

# Nobody waits for a turn either: whoever is kept out until others have written could not go wrong.
os.environ["REQUESTS_AT_ONCE"] = "100"

from tests.races.site import DATABASE, application

# All of them are served at once here, more than a pool would let through.
del DATABASE["OPTIONS"]["pool"]

THINKS = 0.3
# Who judged first should write last: a yes to an offer after the wish is withdrawn, a coach's move after the answer,
# a wish after the hour is given away.
THINKS_LONG = 4 * THINKS


def take_protection_away():
    from django.db.models import QuerySet

    from scheduling.actions import away, book, changes, conflicts, endings, freed, move, notes, proposals, series, swap
    from scheduling.states import ProposalKind

    QuerySet.select_for_update = lambda rows, **_how: rows.all()
    book.write_session = _slowly(book.write_session)
    series.write_sessions = _slowly(series.write_sessions)
    away.write_time_off = _slowly(away.write_time_off)
    notes._write = _slowly(notes._write)
    conflicts._open_case = _slowly(conflicts._open_case, thinks=THINKS_LONG)
    endings.drop_case = _slowly(endings.drop_case)
    endings.withdraw_asked = _slowly(endings.withdraw_asked, thinks=THINKS_LONG)
    freed.hour_freed = _in_two(_slowly(freed.hour_freed))
    changes.write = _slowly(changes.write)
    swap._exchange, swap._both = _slowly(swap._exchange), _and_thinks(swap._both)
    move.write_move = proposals.write_move = _slowly(move.write_move)
    proposals._TAKEN[ProposalKind.OFFER_TIMES] = _slowly(proposals._book_wisher, thinks=THINKS_LONG)


def _slowly(write, thinks=THINKS):
    @functools.wraps(write)
    def think_first(*args, **kwargs):
        time.sleep(thinks)
        return write(*args, **kwargs)

    return think_first


def _and_thinks(look):
    """What was seen is old by the time it is judged."""

    @functools.wraps(look)
    def look_first(*args, **kwargs):
        seen = look(*args, **kwargs)
        time.sleep(THINKS)
        return seen

    return look_first


def _in_two(step):
    """What was done before the step stands, and others see it, whatever becomes of the rest."""

    @functools.wraps(step)
    def commit_first(*args, **kwargs):
        from django.db import connection

        connection.connection.commit()
        return step(*args, **kwargs)

    return commit_first


take_protection_away()

__all__ = ["application"]
