"""A thread between two people, each in a browser of their own: by keys, on a phone, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from config.kernel import time
from scheduling.actions.messages import write_message
from scheduling.models import Message
from tests import factories
from tests.browser.cast import enter, set_stage
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.keys import press, walk_to

pytestmark = pytest.mark.browser


@pytest.fixture
def stage(transactional_db):
    """Elena, and Maria who signs in."""
    stage = set_stage()
    stage.maria.user = factories.create_user(email="maria.user@praxis.test", full_name=str(stage.maria))
    stage.maria.save(update_fields=["user"])
    return stage


@pytest.fixture
def phone(browser, site, stage):
    """Maria's phone."""
    context = browser.new_context(viewport=PHONE, locale="en-GB", timezone_id="Europe/Athens", has_touch=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    enter(page, site, stage.maria.user)
    yield page
    context.close()


def address(site, stage):
    return f"{site}/messages/{stage.maria.pk}/"


def body(page):
    return page.locator("#composer-body")


def is_at_end(page):
    return page.evaluate("""() => {
        const reel = document.querySelector("[data-js-reel]");
        const box = getComputedStyle(reel).overflowY === "auto" ? reel : document.scrollingElement;
        return box.scrollHeight - box.scrollTop - box.clientHeight < 2;
    }""")


def maria_writes(page, stage, text):
    """From elsewhere; the coach's page hears that there is something."""
    write_message(stage.elena.user.pk, stage.maria.pk, text, by=stage.maria.user, now=time.now())
    page.evaluate("document.body.dispatchEvent(new CustomEvent('messages:changed'))")


def unread():
    return Message.objects.filter(read_at__isnull=True).count()


def test_coach_writes_client_answers_on_the_phone_and_the_coach_reads(page, phone, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/sessions/{stage.marias.pk}/")
    page.get_by_role("link", name="Write").click()
    body(page).fill("Good morning Maria")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".msg.mine")).to_contain_text("Good morning Maria")
    expect(body(page)).to_have_value("")

    phone.goto(f"{site}/my/")
    expect(phone.locator("#my-messages")).to_contain_text("1 unread")
    phone.locator("#my-messages").tap()
    expect(phone.locator(".msg.new")).to_contain_text("Good morning Maria")
    # Looked at, it is read; it looks new until the page is opened again.
    expect(phone.locator("#thread-read")).to_have_count(0)
    assert unread() == 0
    # With the thread open, the coach would have read the answer as it comes.
    page.goto(f"{site}/calendar/")
    body(phone).fill("Thank you,\nsee you on Tuesday")
    phone.get_by_role("button", name="Send").tap()
    expect(phone.locator("#last")).to_contain_text("see you on Tuesday")
    expect(phone.locator(".msg.new")).to_have_count(0)
    assert is_at_end(phone)

    expect(page.locator("#nav-scheduling-message_list .count")).to_contain_text("1 unread")
    page.locator("#nav-scheduling-message_list").click()
    expect(page.locator(".threads .new")).to_contain_text("Thank you, see you on Tuesday")
    page.locator(".threads .new").click()
    expect(page.locator("#last")).to_contain_text("see you on Tuesday")
    expect(page.locator(".msg.mine")).to_contain_text("read")
    expect(page.locator("#nav-scheduling-message_list .count")).to_have_count(0)
    expect(page.locator(".threads .new")).to_have_count(0)


def test_by_keys_alone_the_focus_stays_and_what_came_meanwhile_is_announced(page, site, stage):
    for number in range(60):
        factories.create_message(coach=stage.elena, client=stage.maria, body=f"no. {number}.", ago=100 - number)
    enter(page, site, stage.elena)
    page.goto(address(site, stage))
    assert is_at_end(page)
    walk_to(page, body(page))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer-error")).to_have_text("There is nothing to send yet.")
    page.keyboard.type("By keys")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#last")).to_contain_text("By keys")
    expect(page.locator("#live")).to_have_text("Sent.")
    expect(page.locator("#composer-error")).to_have_count(0)
    expect(body(page)).to_be_focused()
    assert is_at_end(page)

    # While one writes, the other does too: nothing that is typed is lost, and nobody is taken from where they read.
    page.keyboard.type("On the way to")
    maria_writes(page, stage, "Meanwhile")
    expect(page.locator("#last")).to_contain_text("Meanwhile")
    expect(page.locator("#live")).to_have_text("1 new message")
    expect(body(page)).to_be_focused()
    expect(body(page)).to_have_value("On the way to")
    assert is_at_end(page)
    expect(page.locator("#thread-read")).to_have_count(0)
    page.locator("[data-js-reel]").evaluate("reel => { reel.scrollTop = 40; }")
    maria_writes(page, stage, "And more")
    expect(page.locator("#last")).to_contain_text("And more")
    assert page.locator("[data-js-reel]").evaluate("reel => reel.scrollTop") == 40

    press(page, page.locator("#thread-earlier"), back=True)
    expect(page.locator("#thread")).to_contain_text("no. 1.")
    expect(page.locator("#thread")).not_to_contain_text("And more")
    assert "before=" in page.url
    expect(body(page)).to_have_value("On the way to")
    walk_to(page, body(page))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#last")).to_contain_text("On the way to")
    assert page.url == address(site, stage)


def test_what_is_typed_outlives_a_lost_connection_and_a_lost_session(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(address(site, stage))
    body(page).fill("Not to be lost")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#alert")).to_contain_text("No connection")
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#composer-out")).to_be_visible()
    expect(body(page)).to_have_value("Not to be lost")
    assert page.url == address(site, stage)
    # Signed in again beside it; the page that was left open finds out when it is looked at.
    enter(page, site, stage.elena)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#composer-out")).to_be_hidden()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#last")).to_contain_text("Not to be lost")
    assert Message.objects.count() == 1


def test_a_page_that_nobody_looks_at_has_read_nothing(page, site, stage):
    factories.create_message(coach=stage.elena, client=stage.maria)
    enter(page, site, stage.elena)
    page.add_init_script("Object.defineProperty(document, 'visibilityState', {get: () => window.seen ?? 'hidden'})")
    page.goto(address(site, stage))
    page.wait_for_load_state("networkidle")
    assert unread() == 1
    page.evaluate("window.seen = 'visible'; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#thread-read")).to_have_count(0)
    assert unread() == 0


def test_without_javascript_it_is_read_by_a_press_and_sent_by_one(plain, site, stage):
    factories.create_message(coach=stage.elena, client=stage.maria, by=stage.elena, body="Good morning")
    enter(plain, site, stage.maria.user)
    plain.goto(f"{site}/messages/")
    plain.get_by_role("button", name="Mark as read").click()
    expect(plain.get_by_role("button", name="Mark as read")).to_have_count(0)
    assert unread() == 0
    plain.get_by_role("button", name="Send").click()
    expect(plain.locator("#composer-error")).to_have_text("There is nothing to send yet.")
    body(plain).fill("Good morning to you")
    plain.get_by_role("button", name="Send").click()
    expect(plain.locator("#last")).to_contain_text("Good morning to you")
    assert plain.url.endswith("#last")


def test_what_is_sent_is_shown_though_the_thread_reads_itself_anew_meanwhile(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(address(site, stage))
    held = []
    page.route(
        "**/messages/**", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    body(page).fill("On its way")
    page.get_by_role("button", name="Send").click()
    maria_writes(page, stage, "Meanwhile")
    expect(page.locator("#last")).to_contain_text("Meanwhile")
    held[0].continue_()
    expect(page.locator(".msg.mine")).to_contain_text("On its way")
    expect(body(page)).to_have_value("")
