"""A coach's day as one story: home shows it, a session is held, paid and written down; another is booked, moved, moved
back, cancelled and taken back. By mouse, by keys alone, and without JavaScript."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from scheduling.models import Session, SessionNote
from tests import factories
from tests.browser.cast import ATHENS, enter, hour_of, sessions_of
from tests.browser.keys import press, stroll, walk_to

pytestmark = pytest.mark.browser


@pytest.fixture
def held(stage):
    """A session of Nikos today that has begun."""
    now = dt.datetime.now(ATHENS).replace(second=0, microsecond=0)
    at = max(now - dt.timedelta(minutes=20), now.replace(hour=0, minute=0))
    return factories.create_session(coach=stage.elena, client=stage.nikos, at=at, price=60)


@pytest.fixture
def hours(stage):
    """Nikos' sessions ahead, read anew: those of the story."""

    def read():
        return [hour for hour in sessions_of(stage.nikos) if hour >= str(stage.day)]

    return read


def assert_held_paid_and_written(held):
    now = Session.objects.get(pk=held.pk)
    assert (now.status, now.paid_at is not None) == ("completed", True)
    note = SessionNote.objects.get(session=held)
    assert (note.body, note.locked_at is not None) == ("Slept well.", True)


def test_by_mouse(page, site, stage, held, hours):
    enter(page, site, stage.elena)
    page.goto(f"{site}/")
    today = page.locator(f"#today-{held.pk}")
    today.get_by_role("button", name="Completed").click()
    expect(today).to_contain_text("unpaid")
    today.get_by_role("button", name="Paid").click()
    expect(today).not_to_contain_text("unpaid")
    today.get_by_role("link", name="Nikos Georgiou").click()
    page.locator("#note-body").fill("Slept well.")
    page.locator("#note-finish").click()
    expect(page.locator("#session-notes")).to_contain_text("Finished")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    assert_held_paid_and_written(held)

    page.goto(f"{site}/calendar/?view=week&date={stage.day}")
    page.locator(f"#at-{stage.day}-1100").click()
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.get_by_role("button", name="Save and tell Nikos").click()
    page.locator(f".ev #at-{stage.day}-1100").click()
    page.locator("#session-move").click()
    page.locator("#dlg [name=at]").fill("15:00")
    page.locator("#dlg .dlg-foot [type=submit]").click()
    expect(page.locator("#session")).to_contain_text("15:00–15:50")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#session")).to_contain_text("11:00–11:50")
    assert hours() == [f"{stage.day} 11:00"]

    page.goto(f"{site}/calendar/?view=week&date={stage.day}")
    page.locator(f"#at-{stage.day}-1000").click()
    page.locator("#session-cancel").click()
    page.locator("#dlg [name=reason]").fill("Ill")
    page.get_by_role("button", name="Cancel the session").click()
    expect(page.locator("#session")).to_contain_text("Ill")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#session .badge")).to_have_text("Scheduled")
    assert hour_of(stage.marias) == f"{stage.day} 10:00"


def test_by_keys_alone(page, site, stage, held, hours):
    enter(page, site, stage.elena)
    page.goto(f"{site}/")
    today = page.locator(f"#today-{held.pk}")
    press(page, today.get_by_role("button", name="Completed"))
    expect(today).to_contain_text("unpaid")
    press(page, today.get_by_role("button", name="Paid"))
    expect(today).not_to_contain_text("unpaid")
    press(page, today.get_by_role("link", name="Nikos Georgiou"), back=True)
    walk_to(page, page.locator("#note-body"))
    page.keyboard.type("Slept well.")
    press(page, page.locator("#note-finish"))
    expect(page.locator("#session-notes")).to_contain_text("Finished")
    walk_to(page, page.get_by_role("button", name="Print"))
    assert_held_paid_and_written(held)

    page.goto(f"{site}/calendar/?view=week&date={stage.day}")
    stroll(page, page.locator(f"#at-{stage.day}-1100"))
    page.keyboard.press("Enter")
    expect(page.locator("#dlg")).to_be_visible()
    walk_to(page, page.locator("#dlg [name=client]").first)
    while not page.get_by_role("radio", name="Nikos Georgiou").is_checked():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    session = page.locator(f".ev #at-{stage.day}-1100")
    expect(session).to_contain_text("Nikos")
    stroll(page, session)
    page.keyboard.press("Enter")
    press(page, page.locator("#session-move"))
    walk_to(page, page.locator("#dlg [name=at]"))
    page.keyboard.press("Control+a")
    page.keyboard.type("15:00")
    page.keyboard.press("Enter")
    expect(page.locator("#session")).to_contain_text("15:00–15:50")
    page.keyboard.press("z")
    expect(page.locator("#session")).to_contain_text("11:00–11:50")
    assert hours() == [f"{stage.day} 11:00"]

    press(page, page.locator("#session-back"), back=True)
    stroll(page, page.locator(f"#at-{stage.day}-1000"))
    page.keyboard.press("Enter")
    press(page, page.locator("#session-cancel"))
    walk_to(page, page.locator("#dlg [name=reason]"))
    page.keyboard.type("Ill")
    press(page, page.get_by_role("button", name="Cancel the session"))
    expect(page.locator("#session")).to_contain_text("Ill")
    press(page, page.locator("#session-undo"))
    expect(page.locator("#session .badge")).to_have_text("Scheduled")
    assert page.evaluate("document.activeElement !== document.body")
    assert hour_of(stage.marias) == f"{stage.day} 10:00"


def test_without_javascript(plain, site, stage, held, hours):
    enter(plain, site, stage.elena)
    plain.goto(f"{site}/")
    today = plain.locator(f"#today-{held.pk}")
    today.get_by_role("button", name="Completed").click()
    expect(today).to_contain_text("unpaid")
    today.get_by_role("button", name="Paid").click()
    expect(today).not_to_contain_text("unpaid")
    today.get_by_role("link", name="Nikos Georgiou").click()
    plain.locator("#note-body").fill("Slept well.")
    plain.get_by_role("button", name="Finish the note").click()
    expect(plain.locator("#session-notes")).to_contain_text("Finished")
    assert_held_paid_and_written(held)

    plain.goto(f"{site}/calendar/?view=week&date={stage.day}")
    plain.locator(f"#at-{stage.day}-1100").click()
    plain.get_by_role("radio", name="Nikos Georgiou").check()
    plain.get_by_role("button", name="Save and tell").click()
    plain.locator(f".ev #at-{stage.day}-1100").click()
    plain.get_by_role("link", name="Move…", exact=True).click()
    plain.locator("[name=at]").fill("15:00")
    plain.locator(".dlg-foot [type=submit]").click()
    expect(plain.locator(".notice")).to_contain_text("Moved: Nikos Georgiou")
    plain.locator(".notice").get_by_role("button", name="Undo").click()
    expect(plain.locator("#session")).to_contain_text("11:00–11:50")
    assert hours() == [f"{stage.day} 11:00"]

    plain.goto(f"{site}/sessions/{stage.marias.pk}/")
    plain.get_by_role("link", name="Cancel…").click()
    plain.locator("[name=reason]").fill("Ill")
    plain.get_by_role("button", name="Cancel the session").click()
    expect(plain.locator(".notice")).to_contain_text(re.compile("Cancelled: Maria"))
    plain.locator(".notice").get_by_role("button", name="Undo").click()
    expect(plain.locator("#session .badge")).to_have_text("Scheduled")
    assert hour_of(stage.marias) == f"{stage.day} 10:00"
