"""What comes out of the printer: one sheet for a week, upright sheets for the rest, and nothing to press."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.cast import enter, set_stage
from tests.factories import NOW, create_note, create_override

pytestmark = pytest.mark.browser

CHROME = (".side", ".top", ".btn", ".toasts", "#session-notes form", ".legend", ".no-print")


@pytest.fixture
def stage():
    return set_stage()


@pytest.fixture
def opened(page, site, stage):
    enter(page, site, stage.elena)

    def opening(path):
        page.goto(site + path)
        return page

    return opening


def sheets(page):
    """(width, height) of every sheet in points."""
    pdf = page.pdf(prefer_css_page_size=True)
    found = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    assert len(found) == len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
    return [(round(float(width)), round(float(height))) for width, height in found]


def seen(page, *places):
    """Which of these are drawn on paper."""
    page.emulate_media(media="print")
    drawn = {place for place in places if page.locator(f"{place}:visible").count()}
    page.emulate_media(media="screen")
    return drawn


def styles(page, place, what):
    return page.locator(place).first.evaluate("(drawn, what) => getComputedStyle(drawn)[what]", what)


@pytest.mark.parametrize("hours", [("09:00", "17:00"), ("00:00", "23:55")])
def test_week_is_one_sheet_across_with_words_for_its_statuses(opened, stage, hours):
    create_override(coach=stage.elena, date=str(stage.day), starts_at=hours[0], ends_at=hours[1])
    page = opened(f"/calendar/?view=week&date={stage.day}")
    assert sheets(page) == [(842, 595)]
    assert seen(page, ".print-head", ".ev .ev-word", ".ev b", *CHROME) == {".print-head", ".ev .ev-word", ".ev b"}
    expect(page.locator(".ev .ev-word")).to_have_text("Scheduled")
    page.emulate_media(media="print")
    # Where a list takes more than one sheet, no line of it is cut, and no heading stays behind.
    assert styles(page, ".ev", "breakInside") == "avoid"
    assert styles(page, ".day-head", "breakAfter") == "avoid"


def test_session_prints_upright_with_its_finished_note_over_as_many_sheets_as_it_takes(opened, stage):
    create_note(session=stage.marias, body="A line of some length.\n" * 860, locked_at=NOW)
    page = opened(f"/sessions/{stage.marias.pk}/")
    found = sheets(page)
    assert set(found) == {(595, 842)}
    assert len(found) > 10
    kept = {".print-head", "h1", ".facts", ".note-text"}
    assert seen(page, *kept, "#session-history", *CHROME) == kept
    page.emulate_media(media="print", color_scheme="dark")
    assert styles(page, "body", "backgroundColor") == "rgb(255, 255, 255)"
    assert {styles(page, place, "color") for place in ("body", "h1", ".facts dt", ".badge")} == {"rgb(0, 0, 0)"}


def test_draft_is_not_printed(opened, stage):
    create_note(session=stage.marias, body="So far")
    page = opened(f"/sessions/{stage.marias.pk}/")
    assert sheets(page) == [(595, 842)]
    assert seen(page, "#session-notes", "#note-body") == set()
