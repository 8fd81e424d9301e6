"""Reading answers in tests."""

from __future__ import annotations


def words(response):
    """What a page says, with plain spaces where it has some at which no line breaks."""
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
