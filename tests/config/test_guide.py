"""The user guide says what the site says: every name in bold and every quotation is looked up among the site's words."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import django.contrib.admin
import pytest
from babel.messages.pofile import read_po

from tests.messages import catalog_of, texts_of

GUIDE = Path(__file__).resolve().parent.parent.parent / "docs/guide"
PAGES = ("README", "coach", "client", "office")
LANGUAGES = ("en", "el")
BOLD, QUOTED = re.compile(r"\*\*(.+?)\*\*"), {"en": re.compile(r"“(.+?)”"), "el": re.compile(r"«(.+?)»")}
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)]+)\)")
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
NUMBER = re.compile("number|count|minutes|hours|days|weeks")
LETTER = re.compile(r"[^\W\d_]")
TAG = re.compile(r"<[^>]+>")
# A text that is hardly more than places would fit anything.
FEWEST_LETTERS = 3
# Languages are named in themselves, on both sides.
THEMSELVES = frozenset({"English", "Ελληνικά"})
# Of Django's own, in the order in which the site looks for a word.
ADMIN = Path(django.contrib.admin.__file__).parent / "locale/el/LC_MESSAGES/django.po"

each_page = pytest.mark.parametrize("sheet", PAGES)
each_language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def source(language, sheet):
    return (GUIDE / language / f"{sheet}.md").read_text()


def sections(language, sheet):
    """(level, text) of each heading with what stands under it."""
    parts = re.split(r"^(#+) ", source(language, sheet), flags=re.MULTILINE)
    assert parts[0].strip() == "", "a page begins with its heading"
    return [(len(level), text) for level, text in zip(parts[1::2], parts[2::2], strict=True)]


@cache
def words():
    """Each text of the site: what it is known by, and a pattern of how it looks, by language."""
    with ADMIN.open("rb") as file:
        catalogs = [catalog_of("el")[1], read_po(file, locale="el")]
    found = {}
    for catalog in catalogs:
        for message in catalog:
            key = (message.context, texts_of(message.id)[0])
            if message.id and key not in found:
                found[key] = {"en": looks(texts_of(message.id)), "el": looks(texts_of(message.string))}
    return found


def looks(texts):
    """A pattern for any of these texts, with anything in their places."""
    plain = [TAG.sub("", " ".join(text.split())) for text in texts]
    kept = [
        text
        for text in plain
        if PLACE.sub("", text) == text or len(LETTER.findall(PLACE.sub("", text))) >= FEWEST_LETTERS
    ]
    return re.compile("|".join(map(pattern_of, kept)) or r"(?!)", re.IGNORECASE)


def pattern_of(text):
    """Any figure where the text has a number, anything in its other places."""
    between = (r"[\d.,]+" if NUMBER.search(place) else ".+" for place in [*PLACE.findall(text), ""])
    return "".join(
        re.escape(part) + place for part, place in zip(PLACE.split(text), between, strict=True)
    ).removesuffix(".+")


@cache
def known(language, name):
    """The keys of the site's texts that look like this name."""
    if name in THEMSELVES:
        return THEMSELVES
    return frozenset(key for key, patterns in words().items() if patterns[language].fullmatch(name))


def named(language, text):
    """What a text of the guide says that the site says."""
    flat = " ".join(text.split())
    return BOLD.findall(flat), QUOTED[language].findall(flat)


@each_page
@each_language
def test_every_name_and_quotation_is_the_sites(sheet, language):
    bold, quoted = named(language, source(language, sheet))
    assert [name for name in (*bold, *quoted) if not known(language, name)] == []


@each_page
def test_both_languages_name_the_same_things(sheet):
    for (_, english), (_, greek) in zip(sections("en", sheet), sections("el", sheet), strict=True):
        heading = english.splitlines()[0]
        here, there = (
            [known(lang, name) for name in named(lang, text)[0]] for lang, text in (("en", english), ("el", greek))
        )
        assert (heading, len(here)) == (heading, len(there))
        lonely = [sorted(keys) for keys in here if not any(keys & others for others in there)]
        assert (heading, lonely) == (heading, [])


@each_page
def test_both_languages_are_built_alike(sheet):
    assert [level for level, _ in sections("en", sheet)] == [level for level, _ in sections("el", sheet)]
    shown = [
        [path.replace(f"img/{language}/", "img/") for _, path in PICTURE.findall(source(language, sheet))]
        for language in LANGUAGES
    ]
    assert shown[0] == shown[1]


@each_page
@each_language
def test_pictures_and_links_lead_somewhere(sheet, language):
    place = GUIDE / language
    for alternative, path in PICTURE.findall(source(language, sheet)):
        assert alternative.strip(), f"{path} says nothing to those who do not see it"
        assert path.startswith(f"../img/{language}/")
        assert (place / path).is_file(), path
    for link in LINK.findall(source(language, sheet)):
        path, _, anchor = link.partition("#")
        target = (place / path).resolve() if path else place / f"{sheet}.md"
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


def anchors(path):
    """The addresses that GitHub and others give to headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_pictures_are_light_and_all_of_them_are_shown():
    files = set(GUIDE.glob("img/*/*.png"))
    assert sum(path.stat().st_size for path in files) < 3_000_000
    shown = {
        (GUIDE / lang / path).resolve()
        for lang in LANGUAGES
        for each in PAGES
        for _, path in PICTURE.findall(source(lang, each))
    }
    assert files == shown
