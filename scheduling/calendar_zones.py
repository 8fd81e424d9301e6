"""What a calendar file says of the clocks of a zone: when they change, and to what.

Written out from the zone itself and not by the library, whose account of a change in spring begins an hour late.  Where
the changes follow a rule, the rule is given, for there are calendars that read nothing else."""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

if TYPE_CHECKING:
    import zoneinfo
    from collections.abc import Iterator, Sequence

# So many years a rule must hold to be one: the fourth Sunday of a month is now and then its last.
_TRIED = 12
# Before anything: the start of an account of clocks that never change.
_EVER = dt.datetime(1970, 1, 1)  # noqa: DTZ001  as a clock on a wall shows it
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_A_DAY = dt.timedelta(days=1)
_A_SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Clocks:
    """How far the clocks of a zone are ahead of UTC, and what that is called."""

    ahead: dt.timedelta
    name: str


@dataclass(frozen=True)
class Change:
    """A change of the clocks: `at` is what they showed the moment before, which is how a calendar file names it."""

    at: dt.datetime
    before: Clocks
    after: Clocks


def clocks_of(where: zoneinfo.ZoneInfo, first: dt.datetime, last: dt.datetime) -> Timezone:
    """The VTIMEZONE of the zone, true for every instant from `first` to `last`."""
    begin, end = first.astimezone(dt.UTC).year - 1, last.astimezone(dt.UTC).year + 1
    written = Timezone()
    written.add("TZID", where.key)
    known = _changes(where, begin, begin + max(_TRIED, end - begin + 1))
    kinds: dict[tuple[Clocks, Clocks], list[Change]] = defaultdict(list)
    for change in known:
        kinds[change.before, change.after].append(change)
    rules = {kind: _rule_of(changes, begin) for kind, changes in kinds.items()}
    if not known or not all(rules.values()):
        at_first = _clocks_at(where, dt.datetime(begin, 1, 1, tzinfo=dt.UTC))
        written.add_component(_observed(Change(_EVER, at_first, at_first)))
    for kind, changes in kinds.items():
        if rule := rules[kind]:
            written.add_component(_observed(changes[0], rule))
            continue
        for change in changes:
            if change.at.year <= end:
                written.add_component(_observed(change))
    return written


def _observed(change: Change, rule: vRecur | None = None) -> TimezoneStandard | TimezoneDaylight:
    # In Ireland and Morocco the law has it the other way round, which hardly any calendar understands.
    observed = TimezoneDaylight() if change.after.ahead > change.before.ahead else TimezoneStandard()
    observed.add("DTSTART", change.at)
    if rule:
        observed.add("RRULE", rule)
    observed.add("TZNAME", change.after.name)
    observed.add("TZOFFSETFROM", change.before.ahead)
    observed.add("TZOFFSETTO", change.after.ahead)
    return observed


def _rule_of(changes: Sequence[Change], first_year: int) -> vRecur | None:
    """The rule that these changes follow, one a year from that year on; None where they do not."""
    if [change.at.year for change in changes] != list(range(first_year, changes[-1].at.year + 1)):
        return None
    if (
        len(changes) < _TRIED
        or len({(change.at.month, change.at.weekday(), change.at.time()) for change in changes}) > 1
    ):
        return None
    weeks = set.intersection(*(_weeks_of(change.at) for change in changes))
    if not weeks:
        return None
    day = f"{min(weeks)}{_WEEKDAYS[changes[0].at.weekday()]}"
    return vRecur(FREQ="YEARLY", BYMONTH=changes[0].at.month, BYDAY=day)


def _weeks_of(at: dt.datetime) -> set[int]:
    """Which of its month that weekday is: the second is 2, the last is -1 as well."""
    is_last = (at + 7 * _A_DAY).month != at.month
    return {(at.day - 1) // 7 + 1, *([-1] if is_last else [])}


@functools.lru_cache(maxsize=64)
def _changes(where: zoneinfo.ZoneInfo, first_year: int, end_year: int) -> tuple[Change, ...]:
    """Every change of the clocks from that year on, before the end year, in order."""
    return tuple(_found(where, first_year, end_year))


def _found(where: zoneinfo.ZoneInfo, first_year: int, end_year: int) -> Iterator[Change]:
    at, end = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (first_year, end_year))
    before = _clocks_at(where, at)
    while at < end:
        # There are days between two changes, in every zone and year of these.
        until = at + _A_DAY
        after = _clocks_at(where, until)
        if after != before:
            moment = _first_instant(where, at, until, before)
            yield Change((moment + before.ahead).replace(tzinfo=None), before, after)
        at, before = until, after


def _first_instant(where: zoneinfo.ZoneInfo, at: dt.datetime, until: dt.datetime, before: Clocks) -> dt.datetime:
    """The instant, to the second, from which on the clocks are not as before; it is after `at`, and not after `until`."""
    while until - at > _A_SECOND:
        half = at + (until - at) // 2
        half -= dt.timedelta(microseconds=half.microsecond)
        at, until = (half, until) if _clocks_at(where, half) == before else (at, half)
    return until


def _clocks_at(where: zoneinfo.ZoneInfo, at: dt.datetime) -> Clocks:
    local = at.astimezone(where)
    ahead = local.utcoffset()
    assert ahead is not None
    return Clocks(ahead, local.tzname() or where.key)
