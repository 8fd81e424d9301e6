"""How a page is looked at: by axe, and by measuring what one would notice at once.

A look at a page is at both widths and in both themes; the text is also made twice as big.  With EVERY_LOOK=1, as in CI,
every page is looked at like this in both languages; else in one of them by turns, measured at both widths, and read by
axe at one of them in one theme: none is left out for long, and it is quick enough for every day."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import axe_playwright_python

from tests.browser.conftest import DESK, PHONE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RUN = """async (options) => (await axe.run(document, {resultTypes: ["violations"], ...options})).violations
    .map(({id, nodes}) => `${id} ${nodes[0].html.slice(0, 160)}`)"""
# The second theme changes colours and nothing else: only they are looked at again.
THEMES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
_BY_TURNS = ((DESK, "light"), (PHONE, "dark"), (PHONE, "light"), (DESK, "dark"))
EVERY_LOOK = os.environ.get("EVERY_LOOK") == "1"
# Only answers that are refusals by design may be named in the console.
DESIGNED = ("403", "404", "409", "422")

MEASURE = (Path(__file__).parent / "measure.js").read_text()


@contextlib.contextmanager
def watching(page, site):
    """A list that fills meanwhile: what the browser complains of, and whom else it asks."""
    heard = []

    def listen(line):
        if line.type in {"error", "warning"} and not any(code in line.text for code in DESIGNED):
            heard.append(line.text)

    listeners = {
        "console": listen,
        "pageerror": lambda error: heard.append(str(error)),
        "request": lambda request: (
            request.url.startswith((site, "data:", "blob:")) or heard.append(f"asks {request.url}")
        ),
    }
    for name, hear in listeners.items():
        page.on(name, hear)
    try:
        yield heard
    finally:
        for name, hear in listeners.items():
            page.remove_listener(name, hear)


def look(page, *, enlarge=True, turn=0):
    """Problems of the page as it is now, as words; without `enlarge`, its text is not made twice as big.

    Without EVERY_LOOK, `turn` says which width and theme has its turn."""
    width, colours = _BY_TURNS[turn % len(_BY_TURNS)]
    # Before anything changes: a colour on its way to another is neither of the two.
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(AXE)
    problems = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        problems += measured(page, size, enlarge=enlarge and (EVERY_LOOK or size is width))
        for theme, options in THEMES.items():
            if EVERY_LOOK:
                problems += read(page, size, theme, options)
            elif (size, theme) == (width, colours):
                problems += read(page, size, theme, {})
    return problems


def read(page, size, theme, options):
    """What axe finds."""
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    return [f"{size['width']} {theme}: {line}" for line in page.evaluate(RUN, options)]


def measured(page, size, *, enlarge=True):
    """What is too wide, cut off, too small to press; the first two also with text twice as big."""

    def measure(when, *, is_big):
        found = page.evaluate(MEASURE, {"isPhone": size is PHONE, "isBig": is_big})
        return [f"{size['width']}{when}: {line}" for line in found]

    problems = measure("", is_big=False)
    if enlarge:
        with big_text(page):
            problems += measure(" 200 %", is_big=True)
    return problems


@contextlib.contextmanager
def big_text(page):
    """The reader's own setting: text twice as big, as the browser does it, with all that is measured by it."""
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    yield
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    browser.detach()
