"""Tables of figures: on a page beneath a chart, and as a file that a spreadsheet opens."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.http import HttpResponse
from django.utils.formats import get_format

if TYPE_CHECKING:
    from collections.abc import Iterator

# A spreadsheet takes what begins so for a formula, and would run it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Month(dt.date):
    """A month, by its first day; in a file it is "2026-11"."""

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """The month of that day."""
        return cls(day.year, day.month, 1)

    def __str__(self) -> str:
        return f"{self:%Y-%m}"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A head and rows of plain values: words, numbers, dates, lengths of time; None where there is nothing.

    The first value of a row says what the row is about."""

    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def as_file(table: Table, name: str) -> HttpResponse:
    """The table as a CSV file of that name, as a spreadsheet in the reader's language expects it.

    Where a comma is the decimal sign, a semicolon stands between the values."""
    decimal = str(get_format("DECIMAL_SEPARATOR"))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if decimal == "," else ",")
    for row in (table.head, *table.rows):
        writer.writerow(_plain(row, decimal))
    # Without the mark, Excel reads Greek as Latin letters.
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _plain(row: tuple[Any, ...], decimal: str) -> Iterator[str]:
    for value in row:
        if value is None:
            yield ""
        elif isinstance(value, float | Decimal):
            yield str(round(value, 2)).replace(".", decimal)
        elif isinstance(value, dt.timedelta):
            minutes = round(value.total_seconds() / 60)
            yield f"{minutes // 60}:{minutes % 60:02}"
        elif isinstance(value, int | dt.date):
            yield str(value)
        else:
            yield _defused(str(value))


def _defused(text: str) -> str:
    """The words, with a mark before them where they would be run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
