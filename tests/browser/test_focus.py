"""The focus is never lost: whatever is swapped, somebody who types is somewhere, and not at the top of the page."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.cast import ATHENS, enter
from tests.browser.keys import walk_to
from tests.browser.world import asked_to_move

pytestmark = pytest.mark.browser

# Counts what is asked and what has settled; a swap is over when nothing is under way.
COUNT = """() => {
    window.swaps = 0;
    document.addEventListener("htmx:afterSettle", () => { window.swaps += 1; });
}"""
IS_QUIET = "(before) => window.swaps > before && !document.querySelector('.htmx-request')"


@pytest.fixture
def at(page, site, stage):
    """`at(path)` opens it for Elena."""
    enter(page, site, stage.elena)

    def opened(path):
        page.goto(f"{site}{path}")
        page.evaluate(COUNT)
        return page

    return opened


def focus_after(page, selector, key="Enter"):
    """Press the key on that, wait for what comes of it, and say where the focus is then."""
    before = page.evaluate("window.swaps")
    page.locator(selector).filter(visible=True).first.press(key)
    page.wait_for_function(IS_QUIET, arg=before)
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def test_from_week_to_week_and_view_to_view(at, stage):
    page = at(f"/calendar/?view=week&date={stage.day}")
    assert focus_after(page, "#cal-next") == "cal-next"
    assert focus_after(page, "#cal-previous") == "cal-previous"
    # Today is a link that leads here too.
    assert focus_after(page, "#cal-today") == "cal-today"


@pytest.mark.parametrize("place", ["/", "session"])
def test_what_is_ticked_of_a_session_keeps_the_focus_near(at, stage, place):
    now = dt.datetime.now(ATHENS).replace(second=0, microsecond=0)
    begun = max(now - dt.timedelta(minutes=20), now.replace(hour=0, minute=0))
    session = factories.create_session(coach=stage.elena, client=stage.nikos, at=begun, price=60)
    page = at("/" if place == "/" else f"/sessions/{session.pk}/")
    for act in ("arrived", "complete", "paid"):
        there = focus_after(page, f"#{act}-{session.pk}")
        assert there not in {"BODY", "HTML"}, act
        assert page.locator(f"#{there}").count() == 1
    expect(page.locator("#toasts .toast").first).to_be_visible()


def test_in_the_settings(at, stage):
    page = at("/settings/hours/")
    assert focus_after(page, "#add-mon") == "mon-from-1"
    assert focus_after(page, "#drop-mon-1") not in {"BODY", "HTML"}
    page.locator("#copy-mon").press("Enter")
    assert focus_after(page, "#copy-mon-go") == "copy-mon"
    assert focus_after(page, "#week-save") not in {"BODY", "HTML"}
    page.locator("#away-first").fill(str(stage.day + dt.timedelta(days=30)))
    page.locator("#away-last").fill(str(stage.day + dt.timedelta(days=31)))
    assert focus_after(page, "#away-save") not in {"BODY", "HTML"}
    assert focus_after(page, "[id^=away-drop]") not in {"BODY", "HTML"}


def test_in_find_the_cursor_stays_where_one_types(at):
    page = at("/find/")
    before = page.evaluate("window.swaps")
    page.locator("#q").press_sequentially("nik")
    page.wait_for_function(IS_QUIET, arg=before)
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("os")
    expect(page.locator("#q")).to_have_value("nikos")


def test_in_pending_and_out_of_a_dialog(at, stage):
    case, _proposal = asked_to_move(stage)
    page = at("/conflicts/")
    link = f"a[href*='/conflicts/{case.pk}/withdraw/']"
    walk_to(page, page.locator(link).first)
    assert focus_after(page, link) not in {"BODY", "HTML"}
    page.keyboard.press("Escape")
    expect(page.locator("#dlg")).to_be_hidden()
    expect(page.locator(link).first).to_be_focused()
    focus_after(page, link)
    assert focus_after(page, "#dlg .dlg-foot [type=submit]") not in {"BODY", "HTML"}
    expect(page.locator("#dlg")).to_be_hidden()
    assert page.evaluate("document.activeElement !== document.body")
