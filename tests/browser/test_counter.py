"""A client writes own times on the phone, and the coach takes one: in Greek, by keys, and without JavaScript."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.cast import enter, hour_of, link_to, sessions_of, set_stage
from tests.browser.conftest import DESK, PHONE
from tests.browser.keys import choose, press, walk_to
from tests.browser.looks import look
from tests.browser.world import asked_to_move

pytestmark = pytest.mark.browser


def write(page, site, proposal, *times):
    """Say that none fits, and when one could come: [(day, 'HH:MM'), …]."""
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/p/{link_to(proposal)}/")
    page.locator("[value=none_fits]").check()
    page.locator(".none-text summary").click()
    for number, (day, at) in enumerate(times, 1):
        page.locator(f"#id_own_day_{number}").fill(str(day))
        page.locator(f"#id_own_at_{number}").fill(at)
    page.locator(".confirm button").click()


def type_in(page, field, keys):
    walk_to(page, page.locator(field))
    page.keyboard.type(keys)


def wish(stage):
    """Nikos was offered one other time for Maria's hour."""
    case = factories.create_case(coach=stage.elena, client=stage.nikos, blocking=stage.marias)
    return factories.create_proposal(case=case, offers=[f"{stage.day} 12:00"])


def test_a_time_that_the_client_wrote_is_booked_with_one_press_in_greek(page, site, browser, database):
    stage = set_stage(language="el")
    write(page, site, wish(stage), (stage.day, "16:00"), (stage.day + dt.timedelta(days=1), "10:00"))
    expect(page.locator("h1")).to_have_text("Ευχαριστούμε για την απάντησή σας")
    expect(page.locator(".empty li")).to_have_count(2)
    enter(page, site, stage.elena)
    page.goto(f"{site}/conflicts/")
    assert look(page) == []
    page.locator(".wish .btn.primary").click()
    expect(page.locator("#toasts")).to_contain_text("Κλείστηκε: Nikos Georgiou")
    assert sessions_of(stage.nikos) == [f"{stage.day} 16:00"]


def test_who_was_asked_moves_there_by_keys_and_half_a_time_is_asked_for_again(page, site, stage):
    _case, proposal = asked_to_move(stage)
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/p/{link_to(proposal)}/")
    choose(page, page.locator("[value=none_fits]"))
    press(page, page.locator(".none-text summary"))
    type_in(page, "#id_own_day_1", f"{stage.day:%m%d%Y}")
    press(page, page.locator(".confirm button"))
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#id_own_day_1")).to_have_value(str(stage.day))
    type_in(page, "#id_own_at_1", "0830PM")
    press(page, page.locator(".confirm button"))
    expect(page.locator("h1")).to_have_text("Thank you for your answer")
    page.set_viewport_size(DESK)
    enter(page, site, stage.elena)
    page.goto(f"{site}/conflicts/")
    press(page, page.locator(".wish .btn.primary"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("move there all the same?")
    press(page, dialog.locator(".dlg-foot [type=submit]"))
    expect(page.locator("#toasts")).to_contain_text("Moved: Maria Papadopoulou")
    assert hour_of(stage.marias) == f"{stage.day} 20:30"
    assert page.evaluate("document.activeElement !== document.body")


def test_without_javascript(plain, site, stage):
    write(plain, site, wish(stage), (stage.day, "16:00"))
    enter(plain, site, stage.elena)
    plain.goto(f"{site}/conflicts/")
    plain.locator(".wish .btn.primary").click()
    expect(plain.locator("main")).to_contain_text("Booked: Nikos Georgiou")
    assert sessions_of(stage.nikos) == [f"{stage.day} 16:00"]
