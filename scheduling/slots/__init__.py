"""The one availability engine: free times and "why not?" from one computation; listing, offers and booking all ask it.

Between two questions the answer may change: who writes asks again under the provider's lock, and the database's
exclusion rules have the last word."""

from __future__ import annotations

from scheduling.slots.engine import Closure, closures, explain, free, opening
from scheduling.slots.many import explain_many, free_many
from scheduling.slots.obstacles import Obstacle, bookable_until
from scheduling.slots.suggest import suggest

__all__ = [
    "Closure",
    "Obstacle",
    "bookable_until",
    "closures",
    "explain",
    "explain_many",
    "free",
    "free_many",
    "opening",
    "suggest",
]
