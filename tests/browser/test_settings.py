"""My hours, as people set them: by keys alone, over sessions that are booked, and without JavaScript."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from scheduling.models import Session, TimeOff
from scheduling.queries.hours import weekly_hours
from tests import factories
from tests.browser.cast import enter, set_stage
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_pages import look_at

pytestmark = pytest.mark.browser


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_monday_is_changed_copied_and_saved_by_keys_alone(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/settings/hours/")
    page.locator("#mon-from-0").focus()
    press(page, "Control+a")
    page.keyboard.type("8")
    press(page, "Tab")
    page.keyboard.type("12")
    press(page, "Tab", "Tab", "Enter")  # past the cross, onto the plus
    expect(page.locator("#mon-from-1")).to_be_focused()
    page.keyboard.type("16:00")
    press(page, "Tab")
    page.keyboard.type("24:00")
    press(page, "Tab", "Tab", "Tab", "Enter")  # past cross and plus, Copy opens
    press(page, *["Tab"] * 7, "Enter")
    expect(page.locator("#copy-mon")).to_be_focused()
    expect(page.locator("#week-status")).to_contain_text("Copied to: Tuesday, Wednesday, Thursday, Friday")
    page.locator("#fri-to-1").focus()
    press(page, "Enter")  # saves, from any field
    expect(page.locator("#week-status")).to_contain_text("Saved")
    assert [", ".join(map(str, day)) for day in weekly_hours(stage.elena).days] == [
        *["08:00–12:00, 16:00–24:00"] * 5,
        *["", ""],
    ]


def test_a_week_of_holidays_over_two_sessions_keeps_one_and_cancels_one(page, site, stage):
    nikoss = factories.create_session(
        coach=stage.elena, client=stage.nikos, at=f"{stage.day + dt.timedelta(days=1)} 12:00"
    )
    enter(page, site, stage.elena)
    page.goto(f"{site}/settings/hours/")
    page.locator("#away-first").fill(str(stage.day))
    page.locator("#away-last").fill(str(stage.day + dt.timedelta(days=6)))
    page.locator("#away-save").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="2 sessions are booked then")).to_be_focused()
    assert not TimeOff.objects.exists()
    dialog.get_by_role("group", name="Nikos Georgiou").get_by_role("radio", name="Cancel").check()
    dialog.get_by_role("button", name="Close these days").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#away")).to_contain_text("1 session is booked in it")
    expect(page.locator("#toasts")).to_contain_text("1 session is cancelled.")
    expect(page.locator("#away-save")).to_be_focused()
    assert [Session.objects.get(pk=each.pk).status for each in (stage.marias, nikoss)] == ["scheduled", "cancelled"]


def test_hours_change_over_a_session_without_script(browser, site, stage):
    context = browser.new_context(java_script_enabled=False, locale="en-GB", timezone_id="Europe/Athens")
    page = context.new_page()
    enter(page, site, stage.elena)
    page.goto(f"{site}/settings/hours/")
    page.locator("#drop-tue-0").click()
    expect(page.locator("#week-status")).to_contain_text("Not saved yet")
    page.locator("#week-save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 session lies outside the new hours")
    page.get_by_role("radio", name="Ask to move").check()
    page.get_by_role("button", name="Save the week all the same").click()
    expect(page.get_by_role("heading", name="To ask")).to_be_visible()
    expect(page.get_by_role("link", name="Ask to move Maria Papadopoulou")).to_be_visible()
    assert weekly_hours(stage.elena).days[1] == ()
    assert Session.objects.get(pk=stage.marias.pk).status == "scheduled"
    context.close()


@pytest.mark.parametrize("language", ["en", "el"])
def test_every_part_of_the_settings_is_fit_for_all(page, site, transactional_db, language):
    stage = set_stage(language=language)
    factories.create_override(coach=stage.elena, date=str(stage.day + dt.timedelta(days=7)))
    factories.create_time_off(coach=stage.elena, starts=f"{stage.day} 00:00", ends=f"{stage.day} 23:00", reason="Rest")
    enter(page, site, stage.elena)
    paths = ["/settings/hours/", "/settings/rules/"]
    if language == "en":
        paths += ["/settings/look/", "/settings/hours/outside/"]
    problems = {path: look_at(page, f"{site}{path}", site=site) for path in paths}
    assert problems == {path: [] for path in paths}

    def opened(page):
        page.set_viewport_size(DESK)
        page.locator("#away-first").fill(str(stage.day))
        page.locator("#away-last").fill(str(stage.day + dt.timedelta(days=1)))
        page.locator("#away-save").click()
        page.locator("#dlg h2").wait_for()

    assert look_at(page, f"{site}/settings/hours/", opens=opened, site=site) == []
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/settings/hours/")
    small = page.evaluate(
        """() => [...document.querySelectorAll("main :is(a, button, input:not([type=hidden]), summary)")]
            .map((one) => [one.id, one.getBoundingClientRect()])
            .filter(([id, box]) => box.width && (box.width < 20 || box.height < 20)).map(([id]) => id)"""
    )
    assert small == []
