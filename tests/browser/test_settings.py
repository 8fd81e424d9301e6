"""My hours, as people set them: by keys alone, over sessions that are booked, and without JavaScript."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from scheduling.models import Session, TimeOff
from scheduling.queries.hours import weekly_hours
from tests import factories
from tests.browser.cast import enter
from tests.browser.keys import walk_to

pytestmark = pytest.mark.browser


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_hours_change_and_are_copied_over_a_session_by_keys_alone(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/settings/hours/")
    page.locator("#mon-from-0").focus()
    press(page, "Control+a")
    page.keyboard.type("11")
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
    # Maria comes on Tuesday at 10:00.
    dialog = page.get_by_role("dialog", name="1 session lies outside the new hours")
    expect(dialog.get_by_role("heading").first).to_be_focused()
    walk_to(page, dialog.get_by_role("button", name="Save the week all the same"))
    press(page, "Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#week-status")).to_contain_text("Saved")
    assert [", ".join(map(str, day)) for day in weekly_hours(stage.elena).days] == [
        *["11:00–12:00, 16:00–24:00"] * 5,
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


def test_a_week_of_holidays_by_keys_alone(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/settings/hours/")
    for field, day in (("#away-first", stage.day), ("#away-last", stage.day + dt.timedelta(days=6))):
        walk_to(page, page.locator(field), steps=200)
        page.keyboard.type(f"{day:%m%d%Y}")
        expect(page.locator(field)).to_have_value(str(day))
    walk_to(page, page.locator("#away-save"))
    press(page, "Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="1 session is booked then")).to_be_focused()
    walk_to(page, dialog.get_by_role("radio").first)
    press(page, "ArrowDown", "ArrowDown")
    expect(dialog.get_by_role("radio", name="Cancel")).to_be_checked()
    walk_to(page, dialog.get_by_role("button", name="Close these days"))
    press(page, "Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#away-save")).to_be_focused()
    assert Session.objects.get(pk=stage.marias.pk).status == "cancelled"
    assert TimeOff.objects.count() == 1


def test_a_week_of_holidays_without_script(plain, site, stage):
    enter(plain, site, stage.elena)
    plain.goto(f"{site}/settings/hours/")
    plain.locator("#away-first").fill(str(stage.day))
    plain.locator("#away-last").fill(str(stage.day + dt.timedelta(days=6)))
    plain.locator("#away-save").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("1 session is booked then")
    assert not TimeOff.objects.exists()
    plain.get_by_role("radio", name="Keep").check()
    plain.get_by_role("button", name="Close these days").click()
    expect(plain.locator("#away")).to_contain_text("1 session is booked in it")
    assert Session.objects.get(pk=stage.marias.pk).status == "scheduled"


def test_hours_change_over_a_session_by_mouse(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/settings/hours/")
    page.locator("#drop-tue-0").click()
    expect(page.locator("#week-status")).to_contain_text("Not saved yet")
    page.locator("#week-save").click()
    dialog = page.get_by_role("dialog", name="1 session lies outside the new hours")
    dialog.get_by_role("radio", name="Cancel").click()
    dialog.get_by_role("button", name="Save the week all the same").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#week-status")).to_contain_text("Saved")
    assert weekly_hours(stage.elena).days[1] == ()
    assert Session.objects.get(pk=stage.marias.pk).status == "cancelled"


def test_hours_change_over_a_session_without_script(plain, site, stage):
    enter(plain, site, stage.elena)
    plain.goto(f"{site}/settings/hours/")
    plain.locator("#drop-tue-0").click()
    expect(plain.locator("#week-status")).to_contain_text("Not saved yet")
    plain.locator("#week-save").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("1 session lies outside the new hours")
    plain.get_by_role("radio", name="Ask to move").check()
    plain.get_by_role("button", name="Save the week all the same").click()
    expect(plain.get_by_role("heading", name="To ask")).to_be_visible()
    expect(plain.get_by_role("link", name="Ask to move Maria Papadopoulou")).to_be_visible()
    assert weekly_hours(stage.elena).days[1] == ()
    assert Session.objects.get(pk=stage.marias.pk).status == "scheduled"


def test_the_address_of_ones_own_calendar_is_made_read_and_ended_by_keys_alone(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/settings/feed/")
    page.locator("#feed-make").focus()
    press(page, "Enter")
    expect(page.locator("#feed-address")).to_be_focused()
    address = page.locator("#feed-address").input_value()
    at = address[address.index("/calendar/") :]
    assert "BEGIN:VCALENDAR" in page.request.get(f"{site}{at}").text()
    press(page, "Tab")
    expect(page.locator("#feed-copy")).to_be_focused()
    walk_to(page, page.locator("#feed-end"))
    press(page, "Enter")
    expect(page.get_by_role("status").first).to_contain_text("The address opens nothing any more.")
    assert page.request.get(f"{site}{at}").status == 404
