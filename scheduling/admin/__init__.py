"""The tables of calendars, sessions and clashes, as the office sees them."""

from __future__ import annotations

from scheduling.admin import coaches, conflicts, sessions, writing

__all__ = ["coaches", "conflicts", "sessions", "writing"]
