"""Where the parts of a chart lie: plain arithmetic on whole units of a viewBox, drawn by templates as SVG.

Whole numbers only: a template writes 36.5 as "36,5" for a Greek reader, which no SVG understands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEPS = 6
NARROW, WIDE = 440, 852
# A number is set in 13 units: so much it needs across, so much up and down.
_NUMBER_WIDE, _NUMBER_HIGH = 20, 22
_LABEL_WIDE = 26


@dataclass(frozen=True)
class Box:
    """A rectangle, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """Half way across."""
        return self.x + self.width // 2

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.y + self.height

    @property
    def right(self) -> int:
        """Its right edge."""
        return self.x + self.width

    @property
    def text_y(self) -> int:
        """The baseline of a line of text half way down."""
        return self.y + self.height // 2 + 5


@dataclass(frozen=True)
class Label:
    """A word and where it stands."""

    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Cell:
    """A field of a heat map; without a number it is closed."""

    box: Box
    number: int | None
    step: int


@dataclass(frozen=True)
class HeatMap:
    """Rows by columns, each field a share in six steps and in figures."""

    width: int
    height: int
    across: tuple[Label, ...]
    down: tuple[Label, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    """An upright bar with its number; `whole` is what it is a part of, if anything."""

    part: Box
    whole: Box | None
    number: str
    number_y: int
    is_inside: bool
    # Below the axis; empty where the next one stands too near.
    label: str
    second_label: str
    is_pale: bool


@dataclass(frozen=True)
class Line:
    """A height that is drawn across."""

    y: int
    text: str


@dataclass(frozen=True)
class Columns:
    """Upright bars side by side over an axis."""

    frame: Box
    width: int
    height: int
    columns: tuple[Column, ...]
    grid: tuple[Line, ...]
    mark: Line | None


@dataclass(frozen=True)
class Amount:
    """What one column stands for."""

    part: float
    number: str
    label: str
    whole: float | None = None
    second_label: str = ""
    is_pale: bool = False


@dataclass(frozen=True)
class Piece:
    """A part of a lying bar."""

    box: Box
    value: int


def step_of(share: float) -> int:
    """Which of the six steps a share from 0 to 1 falls into."""
    return max(0, min(STEPS - 1, math.floor(share * STEPS)))


def split(length: int, parts: Sequence[float]) -> list[int]:
    """Whole lengths in proportion to the parts, which together are exactly `length`; all 0 when there is nothing.

    What rounding leaves over goes to those that lost most by it."""
    total = sum(parts)
    if not total:
        return [0 for _ in parts]
    exact = [length * part / total for part in parts]
    lengths = [math.floor(each) for each in exact]
    lost = sorted(range(len(parts)), key=lambda at: lengths[at] - exact[at])
    for at in lost[: length - sum(lengths)]:
        lengths[at] += 1
    return lengths


def ticks(top: float) -> list[int]:
    """Four heights from 0 to at least `top` that are easy to read: 0, 12, 24, 36."""
    wanted = max(1, math.ceil(top / 3))
    size = 10 ** max(0, len(str(wanted)) - 2)
    step = math.ceil(wanted / size) * size
    return [step * number for number in range(4)]


def heat_map(down: Mapping[int, str], across: Mapping[int, str], shares: Mapping[tuple[int, int], float]) -> HeatMap:
    """A row for each of `down` and a column for each of `across`; where there is no share, it is closed."""
    left, top, gap, high = 52, 26, 3, 42
    columns = split(WIDE - left, [1] * len(across))
    edges = [left + sum(columns[:number]) for number in range(len(columns))]
    cells = []
    for line, row in enumerate(down):
        for x, width, column in zip(edges, columns, across, strict=True):
            share = shares.get((row, column))
            box = Box(x, top + line * high, width - gap, high - gap)
            number = None if share is None else round(share * 100)
            cells.append(Cell(box, number, step_of(share or 0)))
    return HeatMap(
        width=WIDE,
        height=top + high * len(down),
        across=tuple(
            Label(text, x + (width - gap) // 2, 16)
            for x, width, text in zip(edges, columns, across.values(), strict=True)
        ),
        down=tuple(Label(text, 0, top + line * high + 24) for line, text in enumerate(down.values())),
        cells=tuple(cells),
    )


def columns(
    amounts: Sequence[Amount], *, width: int = NARROW, unit: str = "", mark: tuple[float, str] | None = None
) -> Columns:
    """A column for each amount, from left to right; `mark` is a height to compare with, and its word."""
    two_lines = any(amount.second_label for amount in amounts)
    frame = Box(36, 26, width - 36, 144)
    top = max([0, *(max(amount.part, amount.whole or 0) for amount in amounts), *([mark[0]] if mark else [])])
    heights = ticks(top)
    pitches = split(frame.width, [1] * len(amounts))
    every = math.ceil(_LABEL_WIDE / max(1, min(pitches, default=_LABEL_WIDE)))
    return Columns(
        frame=frame,
        width=width,
        height=frame.bottom + (44 if two_lines else 26),
        columns=tuple(
            _column(
                amount,
                frame,
                x=frame.x + sum(pitches[:place]),
                pitch=pitches[place],
                top=heights[-1],
                is_labelled=not place % every,
            )
            for place, amount in enumerate(amounts)
        ),
        grid=tuple(Line(_height(frame, value, heights[-1]), f"{value}{unit}") for value in heights),
        mark=Line(_height(frame, mark[0], heights[-1]), mark[1]) if mark else None,
    )


def strip(values: Sequence[int], *, width: int = NARROW, of: int | None = None, height: int) -> list[Piece]:
    """A lying bar, cut in proportion to the values; `of` is what the whole width stands for, if not their sum."""
    total = sum(values)
    length = min(width, round(width * total / of)) if of else width
    pieces, x = [], 0
    for value, part in zip(values, split(length if total else 0, values), strict=True):
        pieces.append(Piece(Box(x, 0, part, height), value))
        x += part
    return pieces


def _column(amount: Amount, frame: Box, *, x: int, pitch: int, top: int, is_labelled: bool) -> Column:
    wide = max(1, pitch * 7 // 10)
    left = x + (pitch - wide) // 2
    part = _standing(frame, left, wide, amount.part, top)
    whole = None if amount.whole is None else _standing(frame, left, wide, amount.whole, top)
    has_room = wide >= _NUMBER_WIDE
    is_inside = has_room and part.height >= _NUMBER_HIGH and not amount.is_pale
    return Column(
        part=part,
        whole=whole,
        number=amount.number if has_room else "",
        number_y=frame.bottom - 10 if is_inside else part.y - 6,
        is_inside=is_inside,
        label=amount.label if is_labelled else "",
        second_label=amount.second_label if is_labelled else "",
        is_pale=amount.is_pale,
    )


def _standing(frame: Box, x: int, width: int, value: float, top: int) -> Box:
    y = _height(frame, value, top)
    return Box(x, y, width, frame.bottom - y)


def _height(frame: Box, value: float, top: int) -> int:
    return frame.bottom - round(frame.height * min(max(value, 0), top) / top)
