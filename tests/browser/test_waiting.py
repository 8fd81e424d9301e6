"""The waiting list, as people use it: by keys alone, on a narrow screen in Greek, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from scheduling.models import ConflictCase
from tests import factories
from tests.browser.cast import enter, sessions_of, set_stage
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.keys import press, walk_to

pytestmark = pytest.mark.browser


@pytest.fixture
def narrow(browser, site):
    """A narrow screen of somebody who reads Greek."""
    context = browser.new_context(viewport=PHONE, locale="el-GR", timezone_id="Europe/Athens")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def write(page, name, text):
    field = page.locator(f"#dlg [name={name}]")
    walk_to(page, field)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_by_keys_somebody_waits_and_gets_the_hour_that_is_cancelled(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/conflicts/")
    press(page, page.locator("#wait-new"))
    expect(page.get_by_role("heading", name="Add to the waiting list")).to_be_visible()
    walk_to(page, page.locator("#people-q"))
    page.keyboard.type("nik")
    expect(page.get_by_role("radio")).to_have_count(1)
    press(page, page.get_by_role("radio", name="Nikos Georgiou"), "Space")
    press(page, page.get_by_role("checkbox", name="Tuesday"), "Space")
    write(page, "starts", "10:00")
    write(page, "ends", "11:00")
    # Only Maria's Tuesday is before that, so nothing is free.
    page.locator("#dlg [name=until]").fill(str(stage.day))
    press(page, page.get_by_role("button", name="Add to the waiting list"))
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#pending")).to_contain_text("Nikos Georgiou is on the waiting list")
    page.goto(f"{site}/sessions/{stage.marias.pk}/cancel/")
    press(page, page.get_by_role("button", name="Cancel the session"))
    page.wait_for_url(f"{site}/calendar/**")
    page.goto(f"{site}/conflicts/")
    press(page, page.get_by_role("button", name="Book Nikos"))
    expect(page.locator("#pending")).to_contain_text("No open questions")
    assert sessions_of(stage.nikos) == [f"{stage.day} 10:00"]


def test_who_need_not_wait_books_what_is_free_from_the_dialog(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/conflicts/")
    page.locator("#wait-new").click()
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.get_by_role("button", name="Add to the waiting list").click()
    expect(page.locator("#dlg .notice.good")).to_be_focused()
    page.get_by_role("button", name="Wait anyway").click()
    expect(page.locator("#pending")).to_contain_text("Free times suit Nikos Georgiou")
    case = ConflictCase.objects.get()
    page.locator(f"#case-{case.pk} a[href*='/sessions/book/']").first.click()
    expect(page.locator("#dlg")).to_contain_text("Settles what Nikos waits for.")
    page.get_by_role("button", name="Save and tell Nikos").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    case.refresh_from_db()
    assert case.status == "resolved"


def test_a_clash_leads_to_the_list(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/sessions/book/?day={stage.day}&at=10:00")
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.get_by_role("button", name="Save and tell").click()
    page.get_by_role("link", name="Add to the waiting list").click()
    expect(page.get_by_role("heading", name="Add to the waiting list")).to_be_visible()
    expect(page.get_by_role("radio", name="Nikos Georgiou")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Tuesday")).to_be_checked()


def test_in_greek_on_a_narrow_screen(narrow, site):
    stage = set_stage(language="el")
    enter(narrow, site, stage.elena)
    narrow.goto(f"{site}/conflicts/")
    narrow.get_by_role("link", name="Προσθήκη στη λίστα αναμονής").click()
    narrow.get_by_role("radio", name="Nikos Georgiou").check()
    narrow.get_by_text("Τρίτη", exact=True).click()
    narrow.locator("#dlg [name=starts]").fill("18:00")
    narrow.locator("#dlg [name=ends]").fill("20:00")
    narrow.get_by_role("button", name="Προσθήκη στη λίστα αναμονής").click()
    expect(narrow.locator("#pending")).to_contain_text("Nikos Georgiou περιμένει: οποιαδήποτε Τρίτη 18:00–20:00, έως")
    assert narrow.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_script_it_is_a_page(plain, site, stage):
    factories.create_wait(
        coach=stage.elena, client=stage.maria, first=str(stage.day), last=str(stage.day), at=f"{stage.day} 12:00"
    )
    enter(plain, site, stage.elena)
    plain.goto(f"{site}/conflicts/")
    plain.get_by_role("link", name="Add to the waiting list").click()
    plain.locator("#people-q").fill("Nikos")
    plain.get_by_role("button", name="Find").click()
    plain.get_by_role("radio", name="Nikos Georgiou").check()
    plain.get_by_role("button", name="Add to the waiting list").click()
    expect(plain.locator("#refusal")).to_contain_text("Free now, and it suits")
    plain.get_by_role("button", name="Wait anyway").click()
    expect(plain.locator("#pending")).to_contain_text("Free times suit Nikos Georgiou")
    plain.get_by_role("link", name="Change the wish").last.click()
    plain.locator("[name=starts]").fill("18:00")
    plain.locator("[name=ends]").fill("20:00")
    plain.get_by_role("button", name="Save").click()
    expect(plain.locator("#pending")).to_contain_text("Nikos Georgiou waits for any day 18:00–20:00")
