"""The bell: heard in another browser, opened by keys, marked, followed; on a phone, and without JavaScript."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from clients.actions import deliver
from clients.models import Notification, OutboxMessage
from config.kernel import time
from tests import factories
from tests.browser.cast import enter
from tests.browser.conftest import PHONE
from tests.browser.keys import walk_to

pytestmark = pytest.mark.browser

LATER = time.now() + dt.timedelta(days=2)


@pytest.fixture
def told(stage):
    """Two lines at Elena's bell: of Maria, and before that of Nikos."""
    return [
        factories.create_news(to=stage.elena, about=client, ago=ago, url=f"/sessions/{stage.marias.pk}/")
        for client, ago in ((stage.maria, 5), (stage.nikos, 10))
    ]


@pytest.fixture
def home(page, site, stage, told):
    """Elena's home."""
    enter(page, site, stage.elena)
    page.goto(f"{site}/")
    return page


def unread():
    return Notification.objects.filter(read_at__isnull=True).count()


def bell(page):
    return page.locator("#bell")


def test_by_keys_alone_one_is_marked_and_the_focus_stays_until_it_is_back_at_the_bell(home, told):
    expect(bell(home)).to_have_accessible_name("Notifications, 2 new")
    walk_to(home, bell(home))
    home.keyboard.press("Enter")
    dialog = home.get_by_role("dialog", name="Notifications")
    expect(dialog.get_by_role("heading", name="Notifications")).to_be_focused()
    walk_to(home, dialog.get_by_role("button", name="Mark as read").first)
    home.keyboard.press("Enter")
    expect(bell(home)).to_have_accessible_name("Notifications, 1 new")
    # The same place takes it back.
    expect(dialog.get_by_role("button", name="Mark as unread")).to_be_focused()
    expect(dialog).to_be_visible()
    assert unread() == 1
    home.keyboard.press("Enter")
    expect(bell(home)).to_have_accessible_name("Notifications, 2 new")
    expect(home.locator(f"#told-mark-{told[0].pk}")).to_be_focused()
    home.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(bell(home)).to_be_focused()


def test_open_page_and_open_list_hear_what_is_told_meanwhile(page, site, stage, told):
    enter(page, site, stage.elena)
    with page.expect_response("**/events/**"):
        page.goto(f"{site}/")
    bell(page).click()
    mark = page.locator(f"#told-mark-{told[0].pk}")
    mark.focus()
    case = factories.create_wait(coach=stage.elena, client=stage.nikos, at=f"{stage.day} 12:00", held_until=LATER)
    row = {"recipient": f"user:{stage.elena.pk}", "object": f"case:{case.pk}", "version": 1}
    message = OutboxMessage.objects.create(kind="hour_held", not_before=time.now(), **row)
    deliver.tell(message.pk, now=time.now())
    expect(bell(page)).to_have_accessible_name("Notifications, 3 new")
    expect(page.get_by_role("dialog")).to_contain_text("An hour for Nikos Georgiou is free")
    expect(mark).to_be_focused()


def test_following_one_marks_it_and_leads_on(home, stage, told):
    bell(home).click()
    home.get_by_role("link", name="A new message from Maria Papadopoulou.").click()
    home.wait_for_url(f"**/sessions/{stage.marias.pk}/")
    expect(bell(home)).to_have_accessible_name("Notifications, 1 new")
    assert unread() == 1
    bell(home).click()
    expect(home.locator(f"#told-{told[1].pk}")).to_contain_text("New")
    expect(home.locator(f"#told-{told[0].pk}")).not_to_contain_text("New")


def test_middle_button_opens_another_page_and_leaves_this_one(home, context):
    bell(home).click()
    with context.expect_page() as opened:
        home.get_by_role("link", name="A new message from Maria Papadopoulou.").click(button="middle")
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Maria Papadopoulou")
    expect(home.get_by_role("dialog", name="Notifications")).to_be_visible()
    bell(opened.value).click()
    expect(opened.value.get_by_role("dialog").get_by_role("button", name="Mark as read")).to_have_count(2)
    assert unread() == 2


def test_all_are_marked_and_that_is_undone(home, site):
    home.goto(f"{site}/notifications/")
    assert bell(home).get_attribute("aria-current") == "page"
    home.locator("#told-read-all").click()
    expect(home.locator("#toasts")).to_contain_text("2 notifications marked as read")
    expect(bell(home)).to_have_accessible_name("Notifications, nothing new")
    expect(home.locator("#told .new")).to_have_count(0)
    assert unread() == 0
    home.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(bell(home)).to_have_accessible_name("Notifications, 2 new")
    assert unread() == 2


def test_line_that_leads_to_a_place_on_this_very_page_closes_the_dialog(home, site, stage):
    case = factories.create_case(coach=stage.elena, client=stage.nikos, blocking=stage.marias)
    factories.create_news(
        to=stage.elena, about=stage.nikos, url=f"/conflicts/#case-{case.pk}", kind="proposal_declined"
    )
    home.goto(f"{site}/conflicts/")
    bell(home).click()
    home.get_by_role("link", name="None of the times fits Nikos Georgiou.").click()
    expect(home.get_by_role("dialog")).to_be_hidden()
    home.wait_for_url(f"**/conflicts/#case-{case.pk}")
    expect(bell(home)).to_have_accessible_name("Notifications, 2 new")


def test_on_a_phone_nothing_is_cut_off_and_a_thumb_can_mark(browser, site, stage, told):
    context = browser.new_context(viewport=PHONE, locale="en-GB", timezone_id="Europe/Athens", has_touch=True)
    page = context.new_page()
    enter(page, site, stage.elena)
    page.goto(f"{site}/settings/look/")
    bell(page).tap()
    mark = page.locator(f"#told-mark-{told[1].pk}")
    box = mark.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    assert page.evaluate("document.scrollingElement.scrollWidth") == 360
    mark.tap()
    expect(page.locator(f"#told-{told[1].pk}")).not_to_contain_text("New")
    assert unread() == 1
    context.close()


def test_without_script_a_button_marks_and_leads_on(plain, site, stage, told):
    enter(plain, site, stage.elena)
    plain.goto(f"{site}/")
    bell(plain).click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Notifications")
    plain.get_by_role("button", name="A new message from Maria Papadopoulou.").click()
    plain.wait_for_url(f"**/sessions/{stage.marias.pk}/")
    assert unread() == 1
    plain.goto(f"{site}/notifications/?show=unread")
    plain.get_by_role("button", name="Mark as read").click()
    plain.wait_for_url("**/notifications/?show=unread")
    expect(plain.get_by_role("heading", name="Nothing new")).to_be_visible()
    assert unread() == 0


def test_choice_of_what_to_hear_by_keys_alone(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/settings/notifications/")
    walk_to(page, page.get_by_role("group", name="Answers to your questions").get_by_role("checkbox", name="By email"))
    page.keyboard.press("Space")
    walk_to(page, page.locator("#hear-save"))
    page.keyboard.press("Enter")
    expect(page.locator(".notice.good")).to_contain_text("Saved")
    choice = page.get_by_role("group", name="Answers to your questions")
    expect(choice.get_by_role("checkbox", checked=True)).to_have_count(1)
    bell(page).click()
    expect(page.get_by_role("dialog")).to_contain_text("Nothing here yet")
