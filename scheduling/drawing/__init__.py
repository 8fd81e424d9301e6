"""The calendar as markup: what there is a hundred of on its page.

By hand and not by templates, where they would be most of what the page costs.  Every name, note and reason goes
through `escape`; all else is ours."""

from __future__ import annotations

from scheduling.drawing.sheet import Sheet

__all__ = ["Sheet"]
