"""Finding a name by what was typed: blind to accents, to capitals and to Greek or Latin letters."""

from __future__ import annotations

import unicodedata

# As names are written in passports, more or less: enough that "giannis" finds Γιάννης, and γιαννης Giannis.
# Passports write υ as y, or as u after ο; here both are u, so that Papadopoulou and Kyriaki are found.
_LATIN = str.maketrans("αβγδεζηικλμνξοπρστυφωy", "avgdeziiklmnxoprstufou") | {
    ord("θ"): "th",
    ord("χ"): "ch",
    ord("ψ"): "ps",
}


def plain(text: str) -> str:
    """The text as it is compared: small Latin letters without accents."""
    return "".join(_plain_letter(letter) for letter in text)


def find(text: str, typed: str) -> tuple[int, int] | None:
    """Where in the text the typed letters begin and end; None when they are not in it.

    A match at the start of a word is preferred to one inside."""
    wanted = plain(typed.strip())
    if not wanted:
        return None
    letters = [_plain_letter(letter) for letter in text]
    whole = "".join(letters)
    at = f" {whole}".find(f" {wanted}")
    at = at if at >= 0 else whole.find(wanted)
    if at < 0:
        return None
    # Each letter of the text may have become none or several, so count back to its own places.
    origin = [index for index, each in enumerate(letters) for _ in each]
    return origin[at], origin[at + len(wanted) - 1] + 1


def initials(name: str) -> str:
    """The capitals of the first and the last word, for the avatar; Greek capitals carry no accents there."""
    words = name.split()
    return "".join(_without_accents(word[0]) for word in words[:1] + words[1:][-1:]).upper()


def _without_accents(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))


def _plain_letter(letter: str) -> str:
    return _without_accents(letter).casefold().translate(_LATIN)
