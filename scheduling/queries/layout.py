"""Where things stand in a day: pure arithmetic on intervals, without database, clock or words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from config.kernel.time import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from scheduling.queries.acts import Acts
    from scheduling.queries.cards import Shown

Kind = Literal["open", "block", "session", "wish", "hold", "free", "now"]
# In this order things that begin together are drawn, read aloud and given their lane.
_ORDER: dict[Kind, int] = {"open": 0, "block": 1, "session": 2, "hold": 3, "wish": 4, "free": 5, "now": 6}
_IN_LANES = frozenset({"session", "wish", "hold", "free"})
# A free time longer than this looks like a hole; the rest of the gap stays plain.
_TALLEST_FREE = dt.timedelta(minutes=60)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a day.  `during` is what it is about, `drawn` the piece of it that this day shows."""

    kind: Kind
    during: Interval
    drawn: Interval
    pk: int | None = None
    name: str = ""
    shown: Shown | None = None
    note: str = ""
    # What it costs, when it has taken place and nobody has paid.
    owed: Decimal | None = None
    until: dt.datetime | None = None
    # Only of what a mouse may drag to another time: the version that such a move starts from.
    version: int | None = None
    # The row it was made of, for who asks what can be done with it.
    row: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    # What one press does with a session, where a page has the buttons.
    acts: Acts | None = field(default=None, compare=False, repr=False)
    lane: int = 0
    lanes: int = 1

    @property
    def is_due(self) -> bool:
        """Whether it is still to be paid."""
        return self.owed is not None

    @property
    def facts(self) -> dict[str, Any]:
        """Of a session, what its row says of its state, by the names of the model's fields."""
        names = ("status", "title", "arrived_at", "price", "paid_at", "version")
        return {"pk": self.pk, "during": self.during.as_range(), **{name: (self.row or {}).get(name) for name in names}}

    @property
    def keeps(self) -> bool:
        """Whether it is a session that keeps its hour."""
        return self.kind == "session" and self.shown != "cancelled"

    @property
    def given_name(self) -> str:
        """The part of the name that fits a lane."""
        return self.name.partition(" ")[0]

    @property
    def other_names(self) -> str:
        """The rest of it, with the space before."""
        return self.name[len(self.given_name) :]


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By start; of those that begin together, what lies beneath comes first."""
    return sorted(entries, key=lambda entry: (entry.kind != "open", entry.drawn.starts_at, _ORDER[entry.kind]))


def side_by_side(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with a lane each, wherever two share time; in their order."""
    ordered = in_order(entries)
    group: list[int] = []
    reaches: dt.datetime | None = None
    for index, entry in enumerate(ordered):
        if entry.kind not in _IN_LANES:
            continue
        if reaches is not None and entry.drawn.starts_at >= reaches:
            _share(ordered, group)
            group, reaches = [], None
        group.append(index)
        reaches = max(filter(None, (reaches, entry.drawn.ends_at)))
    _share(ordered, group)
    return ordered


def quiet(starts: Sequence[Interval], step: dt.timedelta) -> list[Interval]:
    """Of all the free times, as many as are pleasant to look at.

    The first of each stretch, then full hours and whatever follows without overlapping the one before; the times
    between can still be typed.  `starts` are in order, all of one length; `step` is the coach's."""
    kept: list[Interval] = []
    for index, free in enumerate(starts):
        is_first = index == 0 or free.starts_at - starts[index - 1].starts_at > step
        if is_first or not free.starts_at.minute or not free.overlaps(kept[-1]):
            kept.append(free)
    return kept


def filling(free: Sequence[Interval], borders: Iterable[dt.datetime]) -> list[Interval]:
    """Each free time as it is drawn: down to the next one, or to the next border."""
    edges = sorted({*borders, *(each.starts_at for each in free)})
    drawn = []
    for each in free:
        tallest = max(each.starts_at + _TALLEST_FREE, each.ends_at)
        ends_at = next((edge for edge in edges if edge > each.starts_at), tallest)
        drawn.append(Interval(each.starts_at, min(ends_at, tallest)))
    return drawn


def within(during: Interval, frame: Interval) -> Interval | None:
    """The part of it inside the frame; None when they do not meet."""
    if not during.overlaps(frame):
        return None
    return Interval(max(during.starts_at, frame.starts_at), min(during.ends_at, frame.ends_at))


def cut(entry: Entry, frame: Interval) -> Entry:
    """The entry, drawn no further than the frame; it begins inside."""
    if entry.drawn.ends_at <= frame.ends_at:
        return entry
    return replace(entry, drawn=Interval(entry.drawn.starts_at, frame.ends_at))


def _share(ordered: list[Entry], group: list[int]) -> None:
    """Give lanes to entries of which each meets another; alone, one has the whole width."""
    ends: list[dt.datetime] = []
    lanes = []
    for index in group:
        drawn = ordered[index].drawn
        lane = next((lane for lane, end in enumerate(ends) if end <= drawn.starts_at), len(ends))
        ends[lane : lane + 1] = [drawn.ends_at]
        lanes.append(lane + 1)
    if len(ends) > 1:
        for index, lane in zip(group, lanes, strict=True):
            ordered[index] = replace(ordered[index], lane=lane, lanes=len(ends))
