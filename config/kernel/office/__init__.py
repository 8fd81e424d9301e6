"""Django admin as the office uses it: everything is to be found, little is to be typed, nothing is deleted."""

from __future__ import annotations

from config.kernel.office.asking import ask_first, do_each, frame, seen_versions
from config.kernel.office.base import OfficeAdmin, OfficeInline, furnish, office_only
from config.kernel.office.columns import link_to, number, people_filter, row_link, when, when_filter

__all__ = [
    "OfficeAdmin",
    "OfficeInline",
    "ask_first",
    "do_each",
    "frame",
    "furnish",
    "link_to",
    "number",
    "office_only",
    "people_filter",
    "row_link",
    "seen_versions",
    "when",
    "when_filter",
]
