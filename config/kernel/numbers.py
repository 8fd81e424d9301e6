"""Numbers as the reader writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import number_format

if TYPE_CHECKING:
    from decimal import Decimal


def number(value: Decimal | float, places: int = 0) -> str:
    """ "1,234.5", or "1.234,5" in Greek, with so many places."""
    return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


def percent(share: float, places: int = 0) -> str:
    """ "3.1 %" for 0.031, never broken at the space."""
    return f"{number(round(share * 100, places), places)}\u00a0%"
