"""From the name of a database rule to the refusal that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel.errors import Refusal, RuleBroken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db import IntegrityError

_refusals: dict[str, type[Refusal]] = {}

# NOT NULL, a single foreign key, and unique, CHECK or exclusion rules of third parties.
_GENERAL = {"23502", "23503", "23505", "23514", "23P01", "23001"}


def register(refusals: Mapping[str, type[Refusal]]) -> None:
    """Join an app's words for its rules; called once from its `AppConfig.ready`.

    Raises: ValueError when two apps claim the same rule with different words."""
    for name, refusal in refusals.items():
        if _refusals.setdefault(name, refusal) is not refusal:
            raise ValueError(f"two refusals for the rule {name}")


def known() -> Mapping[str, type[Refusal]]:
    """Every rule that has words."""
    return dict(_refusals)


def error_for(exc: IntegrityError) -> Refusal:
    """The refusal for what the database said no to, or the original error when it is not a rule."""
    diag = getattr(exc.__cause__, "diag", None)
    name = getattr(diag, "constraint_name", None)
    if name in _refusals:
        return _refusals[name](constraint=name)
    if getattr(exc.__cause__, "sqlstate", None) in _GENERAL:
        return RuleBroken(constraint=name)
    raise exc
