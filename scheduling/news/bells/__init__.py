"""What the bell says of each kind: facts when it is told, a sentence when it is read."""

from __future__ import annotations

from scheduling.news.bells.facts import BELLS
from scheduling.news.bells.words import WORDS

__all__ = ["BELLS", "WORDS"]
