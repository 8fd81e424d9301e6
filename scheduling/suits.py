"""What would suit somebody on the waiting list, in words: "any Tuesday or Thursday 17:00–20:00, until …"."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel import dates
from scheduling.hours import end_word
from scheduling.queries.waiting import windows_of
from scheduling.windows import DAY_BEGINS, DAY_ENDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from scheduling.models import ConflictCase
    from scheduling.windows import Window

_ANY = (
    gettext_lazy("any Monday"),
    gettext_lazy("any Tuesday"),
    gettext_lazy("any Wednesday"),
    gettext_lazy("any Thursday"),
    gettext_lazy("any Friday"),
    gettext_lazy("any Saturday"),
    gettext_lazy("any Sunday"),
)


def words_of(case: ConflictCase) -> str:
    """What the case waits for, and until when; empty for one that names its hour.  Its windows have been read."""
    if not case.is_waiting or case.last_date is None:
        return ""
    words = {"times": times_of(windows_of(case)), "day": dates.day(case.last_date)}
    return _("%(times)s, until %(day)s") % words


def times_of(windows: Iterable[Window]) -> str:
    """The days and times alone: "any Tuesday or Thursday 17:00–20:00"."""
    by_time: dict[tuple[dt.time, dt.time], list[int | None]] = defaultdict(list)
    for each in windows:
        by_time[each.starts_at, each.ends_at].append(each.weekday)
    return "; ".join(_one(*times, weekdays) for times, weekdays in by_time.items())


def _one(starts_at: dt.time, ends_at: dt.time, weekdays: list[int | None]) -> str:
    days = _days(sorted(each for each in weekdays if each is not None)) if None not in weekdays else _("any day")
    words = {"days": days, "starts": dates.clock(starts_at), "ends": end_word(ends_at)}
    if ends_at < DAY_ENDS:
        return (_("%(days)s before %(ends)s") if starts_at == DAY_BEGINS else "%(days)s %(starts)s–%(ends)s") % words
    return days if starts_at == DAY_BEGINS else _("%(days)s from %(starts)s") % words


def _days(weekdays: list[int]) -> str:
    """Only the first takes the "any", for its gender: that of a Saturday is not that of the others everywhere."""
    names = [str(_ANY[weekdays[0]]), *(str(WEEKDAYS[each]) for each in weekdays[1:])]
    return _(" or ").join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
