"""How SQL written by hand is put together; what it says stands beside those who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def written(*parts: str, **states: str | Iterable[str]) -> str:
    """The parts as one statement, with the states that they name written into it; all else stays a parameter.

    A plan that the server keeps is made before it knows any parameter: only of what is written there can it see
    that an index over rows of some states holds all that is asked for."""
    # On one line and close together: psycopg remembers how it read a statement only up to 4096 characters.
    statement = " ".join("".join(parts).split()).replace("( ", "(").replace(" )", ")")
    for name, state in states.items():
        statement = statement.replace(f"%({name})s", _literal(state))
    return statement


def _literal(state: str | Iterable[str]) -> str:
    if isinstance(state, str):
        return f"'{state}'"
    return f"'{{{','.join(state)}}}'"
