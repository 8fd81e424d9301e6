"""Numbers as the reader writes them, and as they come in an address or a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import number_format

if TYPE_CHECKING:
    from decimal import Decimal

# More digits are no number of ours, and the database has no room for them.
_LONGEST = 18


def number(value: Decimal | float, places: int = 0) -> str:
    """ "1,234.5", or "1.234,5" in Greek, with so many places."""
    return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


def percent(share: float, places: int = 0) -> str:
    """ "3.1 %" for 0.031, never broken at the space."""
    return f"{number(round(share * 100, places), places)}\u00a0%"


def whole_number(typed: str, digits: int = _LONGEST) -> int | None:
    """The number that stands there in plain digits, at most so many; None for anything else."""
    is_one = typed.isascii() and typed.isdecimal() and len(typed) <= digits
    return int(typed) if is_one else None
