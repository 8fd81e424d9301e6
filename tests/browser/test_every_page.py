"""Every page of the site in both languages, both themes and both widths: axe finds nothing, nothing scrolls sideways or
is cut off, even with text twice as big, whatever is pressed is big enough, the browser asks nobody else and is content."""

from __future__ import annotations

import pytest
from django.urls import URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404

from tests.browser import addresses
from tests.browser.addresses import PAGES
from tests.browser.cast import enter
from tests.browser.conftest import DESK, PATIENCE
from tests.browser.looks import EVERY_LOOK, look, watching
from tests.browser.world import create_world

pytestmark = pytest.mark.browser

LOCALES = {"en": "en-GB", "el": "el-GR"}


@pytest.fixture(scope="module")
def transactional_db(database):
    """Here the rows stay from test to test: they only stand and are looked at."""
    with database.rows():
        yield


@pytest.fixture(scope="module")
def worlds(transactional_db):
    """Two practices of one house, one in each language."""
    return {language: create_world(language) for language in LOCALES}


@pytest.fixture(scope="module")
def pages(browser, server, worlds):
    """A person's own browser, in that person's language, with one page that goes from address to address."""
    made = {}

    def page_of(who, language):
        if (who, language) not in made:
            locale, zone = LOCALES[language], "Europe/Athens"
            context = browser.new_context(viewport=DESK, locale=locale, timezone_id=zone)
            context.set_default_timeout(PATIENCE)
            page = made[who, language] = context.new_page()
            person = worlds[language].people[who]
            if person:
                enter(page, server.address, person, just_now=True)
        return made[who, language]

    yield page_of
    for page in made.values():
        page.context.close()


def looks():
    """Each page in each language; without EVERY_LOOK in one of them, by turns, which is quick enough for every day."""
    for number, one in enumerate(PAGES):
        for place, language in enumerate(LOCALES):
            if EVERY_LOOK or number % 2 == place:
                yield pytest.param(one, language, number // 2, id=f"{one.title}-{language}")


@pytest.mark.parametrize(("one", "language", "turn"), looks())
def test_page_is_fit_for_all(pages, site, worlds, one, language, turn):
    world, page = worlds[language], pages(one.who, language)
    if one.who == "nobody":
        page.context.clear_cookies()
    # What the page before was still reading is broken off here, which is nothing to complain of.
    page.goto("about:blank")
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    with watching(page, site) as heard:
        page.goto(f"{site}{one.address(world)}")
        if one.opens:
            one.opens(page, world)
        assert page.locator("html").get_attribute("lang") == language
        # What builders look at need not bear text twice as big.
        problems = look(page, enlarge=one.who != "staff", turn=turn) + heard
    assert problems == []


def names(resolver, prefix=""):
    """Every named address of the site, but those of admin, whose pages are Django's own."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}"


def test_no_page_of_the_site_is_forgotten(worlds):
    looked_at = {view_name(one.address(worlds["en"])) for one in PAGES}
    others = [
        addresses.REACHED,
        addresses.UNUSED,
        addresses.POSTED,
        addresses.LEAD_ON,
        addresses.NOT_SEEN,
        addresses.NEEDS_A_KEY,
    ]
    assert set(names(get_resolver())) == looked_at.union(*others) - {None}
    assert sum(map(len, others)) == len(set().union(*others) - looked_at)


def view_name(address):
    try:
        return resolve(address.partition("?")[0]).view_name
    except Resolver404:
        return None
