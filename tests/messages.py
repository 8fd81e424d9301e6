"""`python -m tests.messages FILE.pot`: is every word of the site translated, and fit to be filled in?

Prints each message that is missing, empty, in doubt, or whose places differ; exit code 1 if there is one.
`python -m tests.messages --update FILE.pot` first gives the catalogs the words that are new, and takes old ones away."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel.messages.pofile import read_po, write_po

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


def catalog_of(language):
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return path, read_po(file, locale=language)


def update(path, catalog, template):
    """The catalog in the template's order, a message a line, so that a change shows what it changes; the head stays."""
    head = path.read_text().partition("\n\n")[0]
    catalog.update(template, no_fuzzy_matching=True)
    body = io.BytesIO()
    write_po(body, catalog, width=0, omit_header=True, ignore_obsolete=True, sort_output=True, no_location=True)
    path.write_text(f"{head}\n\n{body.getvalue().decode().strip()}\n")


def main(pot, *, is_update=False):
    with Path(pot).open("rb") as file:
        template = read_po(file)
    bad = 0
    for language in LANGUAGES:
        path, catalog = catalog_of(language)
        if is_update:
            update(path, catalog, template)
            _, catalog = catalog_of(language)
        for problem in problems(template, catalog):
            bad += 1
            print(f"{language}: {problem}")
    print(f"{len(template)} messages, {bad} not well.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[-1], is_update="--update" in sys.argv))
