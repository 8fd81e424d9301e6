"""The control: the same site without a single lock, which thinks a while between judging an hour and writing it.

What it does wrong shows that the races are run hard enough to see it."""

from __future__ import annotations

import functools
import time

from tests.races.site import application

THINKS = 0.3


def take_protection_away():
    from django.db.models import QuerySet

    from scheduling.actions import away, book, changes, endings, move, notes, proposals, series, swap

    QuerySet.select_for_update = lambda rows, **_how: rows.all()
    book.write_session = _slowly(book.write_session)
    series.write_sessions = _slowly(series.write_sessions)
    away.write_time_off = _slowly(away.write_time_off)
    notes._write = _slowly(notes._write)
    endings.drop_case = _slowly(endings.drop_case)
    changes.write = _slowly(changes.write)
    swap._exchange, swap._both = _slowly(swap._exchange), _slowly(swap._both)
    move.write_move = proposals.write_move = _slowly(move.write_move)


def _slowly(write):
    @functools.wraps(write)
    def think_first(*args, **kwargs):
        time.sleep(THINKS)
        return write(*args, **kwargs)

    return think_first


take_protection_away()

__all__ = ["application"]
