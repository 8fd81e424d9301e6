"""A private note as it is written: it saves itself, meets another window, is finished and added to."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from scheduling.models import SessionNote
from tests.browser.cast import enter, set_stage

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(page, site):
    """The page of Maria's session, and how to open it in another window."""
    stage = set_stage()
    enter(page, site, stage.elena)
    address = f"{site}/sessions/{stage.marias.pk}/"
    page.goto(address)
    return page, address


def version(page):
    return page.locator("#note-version")


def test_note_saves_itself_meets_another_window_and_is_finished_by_keyboard(opened):
    page, address = opened
    page.locator("#note-body").press_sequentially("Slept badly.")
    expect(page.locator("#note-saved")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    expect(page.locator("#note-body")).to_be_focused()
    page.reload()
    expect(page.locator("#note-body")).to_have_value("Slept badly.")

    other = page.context.new_page()
    other.goto(address)
    other.locator("#note-body").fill("Slept better.")
    expect(version(other)).to_have_value("2")

    page.locator("#note-body").press("End")
    page.locator("#note-body").press_sequentially(" And mine")
    expect(page.locator("#note-other")).to_have_text("Slept better.")
    expect(page.locator("#note-saved")).to_have_text("Not saved yet")
    # The cursor stays where it was, and so does every letter typed meanwhile.
    page.keyboard.type(", still mine.")
    expect(page.locator("#note-body")).to_have_value("Slept badly. And mine, still mine.")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#note-keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#note-clash")).to_have_count(0)
    expect(page.locator("#note-body")).to_be_focused()
    expect(page.locator("#note-body")).to_have_value("Slept badly. And mine, still mine.")

    page.keyboard.press("Tab")
    expect(page.locator("#note-finish")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#session-notes")).to_contain_text("Finished")
    expect(page.locator("#note-t")).to_be_focused()
    page.locator("#note-more").fill("She called later.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#session-notes .rows")).to_contain_text("She called later.")
    page.locator("#session-history-t").click()
    expect(page.locator("#history-list b").first).to_have_text("Private note added to")

    # The other window is told, and loses nothing.
    other.locator("#note-body").fill("Typed too late.")
    expect(other.locator("#note-final")).to_be_visible()
    other.locator("#note-add-mine").click()
    expect(other.locator("#note-more")).to_have_value("Typed too late.")


def test_two_changes_at_once_leave_the_history_at_the_newest(opened):
    page, _ = opened
    held = []
    page.route("**/history/", lambda route: held.append(route) if not held else route.continue_())
    page.locator("#note-body").press_sequentially("Slept badly.")
    page.locator("#note-finish").click()
    expect(page.locator("#note-t")).to_be_focused()
    page.locator("#note-more").fill("She called later.")
    page.locator("#note-add").click()
    expect(page.locator("#session-notes .rows")).to_contain_text("She called later.")
    expect(page.locator("#history-list b").first).to_have_text("Private note added to")
    assert held


def test_without_a_connection_the_words_stay_and_are_saved_when_it_is_back(opened):
    page, _ = opened
    page.context.set_offline(True)
    page.locator("#note-body").fill("On the train")
    page.locator("#note-body").blur()
    expect(page.locator("#alert")).to_contain_text("No connection. Nothing was lost")
    expect(page.locator("#note-body")).to_have_value("On the train")
    assert not SessionNote.objects.exists()
    page.context.set_offline(False)
    expect(page.locator("#note-saved")).to_have_text(re.compile("Saved"))
    assert SessionNote.objects.get().body == "On the train"


def test_words_typed_on_the_way_out_are_not_lost(opened):
    page, _ = opened
    page.locator("#note-body").press_sequentially("And by the way")
    page.locator("#session-back").click()
    expect(page.locator("#calendar")).to_be_visible()
    until = time.monotonic() + 5
    while not SessionNote.objects.filter(body="And by the way") and time.monotonic() < until:
        time.sleep(0.05)
    assert [note.body for note in SessionNote.objects.all()] == ["And by the way"]
