"""Why is a time not offered? By keys alone: asked, answered, and booked all the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.cast import enter, sessions_of, set_stage

pytestmark = pytest.mark.browser


def test_a_closed_hour_is_explained_and_booked_all_the_same_by_keys_alone(page, site, transactional_db):
    stage = set_stage()
    enter(page, site, stage.elena)
    page.goto(f"{site}/calendar/?view=week&date={stage.day}")
    page.locator("#cal-why").press("Enter")
    expect(page.locator("#dlg h2")).to_be_focused()
    page.locator("#dlg [name=at]").fill("20:00")
    page.locator("#dlg [name=at]").press("Enter")
    answer = page.locator("#why-answer")
    expect(answer).to_be_focused()
    expect(answer).to_contain_text("Outside your hours")
    expect(page.locator("#dlg [name=at]")).to_have_value("20:00")
    page.keyboard.press("Escape")
    expect(page.locator("#cal-why")).to_be_focused()

    page.keyboard.press("Enter")
    page.locator("#dlg [name=at]").fill("20:00")
    page.locator("#dlg [name=at]").press("Enter")
    page.locator("#why-book").press("Enter")
    expect(page.locator("#people-q")).to_be_focused()
    page.get_by_role("radio", name="Nikos Georgiou").press("Space")
    # Whom one picks is looked at once more, and with it what speaks against the time.
    expect(page.get_by_role("button", name="Save and tell Nikos")).to_be_visible()
    page.get_by_role("checkbox", name="Book it all the same").press("Space")
    page.locator("#dlg [name=at]").press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert sessions_of(stage.nikos) == [f"{stage.day} 20:00"]
