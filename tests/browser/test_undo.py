"""What a coach does with a session, and takes back: by mouse, by keys, and without JavaScript."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from scheduling.models import Session
from tests import factories
from tests.browser.cast import ATHENS, enter, hour_of

pytestmark = pytest.mark.browser


@pytest.fixture
def running(stage):
    """A session of Nikos that began a while ago."""
    at = dt.datetime.now(ATHENS).replace(second=0, microsecond=0) - dt.timedelta(minutes=20)
    return factories.create_session(coach=stage.elena, client=stage.nikos, at=at, price=60)


def status_of(session):
    return Session.objects.get(pk=session.pk).status


def move(page, at):
    """Fill in the move that is open, and send it."""
    page.locator("[name=at]").fill(at)
    page.locator(".dlg-foot button[type=submit]").click()


def test_a_move_is_undone_in_the_toast_and_the_session_is_back(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/sessions/{stage.marias.pk}/")
    page.get_by_role("link", name="Move…", exact=True).click()
    move(page, "15:00")
    expect(page.locator("#session")).to_contain_text("15:00–15:50")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#session")).to_contain_text("10:00–10:50")
    expect(page.locator("#toasts")).to_contain_text("Undone: Maria Papadopoulou")
    assert hour_of(stage.marias) == f"{stage.day} 10:00"
    # The focus is not lost with the toast.
    assert page.evaluate("document.activeElement !== document.body")


def test_an_undo_whose_hour_is_taken_opens_the_dialog_that_says_by_whom(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/calendar/?view=week&date={stage.day}")
    page.locator(f".ev a[href='/sessions/{stage.marias.pk}/']").click()
    page.get_by_role("link", name="Move…", exact=True).click()
    move(page, "15:00")
    expect(page.locator("#session")).to_contain_text("15:00–15:50")
    factories.create_session(coach=stage.elena, client=stage.nikos, at=f"{stage.day} 10:00")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Taken by Nikos Georgiou")
    # And the way on works from there.
    move(dialog, "12:00")
    expect(dialog).to_be_hidden()
    assert hour_of(stage.marias) == f"{stage.day} 12:00"


def test_completed_and_paid_by_keys_alone_and_one_undo(page, site, stage, running):
    enter(page, site, stage.elena)
    page.goto(f"{site}/sessions/{running.pk}/")
    page.locator(f"#complete-{running.pk}").press("Enter")
    expect(page.locator("#session")).to_contain_text("unpaid")
    expect(page.locator("#session-t")).to_be_focused()
    paid = page.get_by_role("button", name="Paid")
    paid.press("Enter")
    expect(page.get_by_role("button", name="Paid", pressed=True)).to_be_focused()
    page.locator("#session-undo").press("Enter")
    expect(page.get_by_role("button", name="Paid", pressed=False)).to_be_visible()
    assert (status_of(running), Session.objects.get(pk=running.pk).version) == ("completed", 4)


def test_in_a_list_the_focus_stays_in_the_row_and_the_last_change_alone_offers_undo(page, site, stage):
    now = dt.datetime.now(ATHENS).replace(second=0, microsecond=0)
    begun = max(now - dt.timedelta(minutes=20), now.replace(hour=0, minute=0))
    running = factories.create_session(coach=stage.elena, client=stage.nikos, at=begun, price=60)
    enter(page, site, stage.elena)
    page.goto(f"{site}/")
    page.locator(f"#complete-{running.pk}").press("Enter")
    expect(page.locator(f"#today-a-{running.pk}")).to_be_focused()
    page.locator(f"#paid-{running.pk}").press("Enter")
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Paid: Nikos Georgiou")


def test_completed_and_undone_without_script(plain, site, stage, running):
    enter(plain, site, stage.elena)
    plain.goto(f"{site}/sessions/{running.pk}/")
    plain.get_by_role("button", name="Completed").click()
    notice = plain.locator(".notice")
    expect(notice).to_contain_text("Completed: Nikos Georgiou")
    assert status_of(running) == "completed"
    notice.get_by_role("button", name="Undo").click()
    expect(plain.locator(".notice")).to_contain_text("Undone: Nikos Georgiou")
    assert status_of(running) == "scheduled"


def test_moved_cancelled_and_undone_without_script(plain, site, stage):
    enter(plain, site, stage.elena)
    plain.goto(f"{site}/sessions/{stage.marias.pk}/move/")
    move(plain, "15:00")
    expect(plain.locator(".notice")).to_contain_text("Moved: Maria Papadopoulou")
    plain.locator(".notice").get_by_role("button", name="Undo").click()
    expect(plain.locator("#session")).to_contain_text("10:00–10:50")
    plain.get_by_role("link", name="Cancel…").click()
    plain.get_by_role("button", name="Cancel the session").click()
    plain.goto(f"{site}/sessions/{stage.marias.pk}/")
    # The page itself has the button too, whatever became of the message.
    plain.locator("#session-undo").click()
    expect(plain.locator("#session .badge")).to_contain_text("Scheduled")
    assert hour_of(stage.marias) == f"{stage.day} 10:00"
