"""What is peculiar to single pages: the address of a search, and how much of a phone buttons cover."""

from __future__ import annotations

import pytest

from tests.browser.cast import enter, link_to
from tests.browser.conftest import PHONE
from tests.browser.looks import big_text, measured
from tests.browser.world import asked_to_move

pytestmark = pytest.mark.browser


ILL = """<main><p>A sentence with <a href="#1">a link</a> in it.</p><p><a href="#2">Alone</a></p>
<button style="width: 20px; height: 30px" aria-label="Low"></button><a class="btn primary" href="#3">Go</a>
<span class="badge" style="display: block; width: 40px; overflow: hidden; white-space: nowrap">Cut in the middle</span>
<i style="display: block; width: 500px">Wide</i></main>"""


def test_what_looks_at_pages_sees_what_is_ill(page):
    page.set_viewport_size(PHONE)
    page.set_content(ILL)
    kinds = [problem.partition(",")[0].partition("<")[0] for problem in measured(page, PHONE, enlarge=False)]
    too_small, too_low = ["360: too small"] * 3, ["360: primary too low"]
    assert kinds == ["360: scrolls sideways", "360: beyond the edge: ", "360: cut off", *too_small, *too_low]


def test_what_is_found_is_in_the_address_and_said(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/find/")
    page.locator("#q").press_sequentially("μαρια")
    page.locator("#found-people").wait_for()
    assert page.url == f"{site}/find/?q=%CE%BC%CE%B1%CF%81%CE%B9%CE%B1"
    assert page.locator("#live").inner_text().startswith("1 ")


def test_the_button_that_stays_in_sight_leaves_room_for_the_page_even_with_big_text(page, site, stage):
    _case, proposal = asked_to_move(stage)
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/p/{link_to(proposal)}/")
    with big_text(page):
        assert page.locator(".confirm").bounding_box()["height"] < PHONE["height"] * 0.15


def test_head_and_foot_of_the_dialog_leave_the_phone_to_what_is_between(page, site, stage):
    enter(page, site, stage.elena)
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/sessions/book/?day={stage.day}&at=10:00")
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.get_by_role("button", name="Save and tell").click()
    page.get_by_role("button", name="Send").wait_for()
    head, foot = (page.locator(f".dlg-{part}").bounding_box()["height"] for part in ("head", "foot"))
    assert head + foot < PHONE["height"] / 3
