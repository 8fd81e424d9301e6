"""`python -m tests.messages FILE.pot`: is every word of the site translated, and fit to be filled in?

Prints each message that is missing, empty, in doubt, or whose places differ; exit code 1 if there is one."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("el",)
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def problems(template, catalog):
    for message in template:
        if not message.id:
            continue
        found = catalog.get(message.id, context=message.context)
        name = message.id if isinstance(message.id, str) else message.id[0]
        if found is None:
            yield f"missing: {name!r}"
        elif found.fuzzy:
            yield f"in doubt (fuzzy): {name!r}"
        elif not all(texts_of(found.string)):
            yield f"empty: {name!r}"
        elif not places_fit(message.id, found.string):
            yield f"other places than the English: {name!r}"


def places_fit(ids, strings):
    wanted = set().union(*(PLACE.findall(text) for text in texts_of(ids)))
    # A singular may leave the number out ("one hour"), so a text may use fewer places, never others;
    # together the texts use them all.
    used = [set(PLACE.findall(text)) for text in texts_of(strings)]
    return all(places <= wanted for places in used) and set().union(*used) == wanted


def texts_of(text):
    return [text] if isinstance(text, str) else list(text or [""])


def main(pot):
    with Path(pot).open("rb") as file:
        template = read_po(file)
    bad = 0
    for language in LANGUAGES:
        path = LOCALE / language / "LC_MESSAGES" / "django.po"
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
        for problem in problems(template, catalog):
            bad += 1
            print(f"{language}: {problem}")
    print(f"{len(template)} messages, {bad} not well.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
