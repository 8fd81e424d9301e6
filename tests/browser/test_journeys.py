"""The main job, as people do it: by mouse, by keys alone, and without JavaScript."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from scheduling.models import ConflictCase, Session
from tests import factories
from tests.browser.cast import enter, hour_of, link_to, sessions_of, set_stage
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.keys import press, stroll, walk_to

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser, site):
    """A client's phone: its own browser, nobody signed in."""
    context = browser.new_context(viewport=PHONE, locale="en-GB", timezone_id="Europe/Athens", has_touch=True)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def calendar(page, site, stage):
    page.goto(f"{site}/calendar/?view=week&date={stage.day}")


def want_marias_hour(page, site, stage):
    """The coach tries to book Nikos where Maria is."""
    page.goto(f"{site}/sessions/book/?day={stage.day}&at=10:00")
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.get_by_role("button", name="Save and tell").click()


def handed_link(page):
    return page.locator("#link").input_value()


def test_a_free_hour_is_booked_in_three_clicks(page, site, stage):
    enter(page, site, stage.elena)
    calendar(page, site, stage)
    page.locator(f".free a[href*='day={stage.day}&at=11']").click()
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.get_by_role("button", name="Save and tell Nikos").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#calendar")).to_contain_text("Nikos Georgiou")
    assert sessions_of(stage.nikos) == [f"{stage.day} 11:00"]


def test_home_follows_what_is_booked_from_it(page, site, stage):
    heard = []
    page.on("console", lambda line: heard.append(line.text) if line.type == "error" else None)
    enter(page, site, stage.elena)
    page.goto(f"{site}/")
    free = page.locator("[id^=free-2]").last
    taken = free.get_attribute("id")
    free.click()
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.get_by_role("button", name="Save and tell Nikos").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(f"#{taken}")).to_have_count(0)
    expect(page.locator("#desk-t")).to_be_focused()
    assert len(sessions_of(stage.nikos)) == 1
    assert heard == []


def test_enter_books_and_a_letter_that_is_typed_answers(page, site, stage):
    enter(page, site, stage.elena)
    calendar(page, site, stage)
    page.get_by_role("link", name="New session").click()
    page.locator("#dlg [name=day]").fill(str(stage.day))
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.locator("#dlg [name=at]").fill("10:00")
    expect(page.locator("#when-line")).to_contain_text("Maria")
    page.locator("#dlg [name=at]").fill("12:00")
    expect(page.locator("#when-line")).to_contain_text("Free until")
    page.locator("#dlg [name=at]").press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert sessions_of(stage.nikos) == [f"{stage.day} 12:00"]


def test_a_clash_and_option_1_end_in_a_session_at_the_time_that_the_client_picked(page, phone, site, stage):
    enter(page, site, stage.elena)
    want_marias_hour(page, site, stage)
    expect(page.get_by_role("heading", name="10:00 is taken")).to_be_visible()
    page.get_by_role("button", name="times to Nikos").click()
    link = handed_link(page)
    assert sessions_of(stage.nikos) == []

    phone.goto(link)
    phone.locator(".slot").first.tap()
    phone.get_by_role("button", name="Confirm").tap()
    expect(phone.get_by_role("heading", name="See you on")).to_be_visible()
    session = Session.objects.get(client=stage.nikos)
    assert session.booked_from.interval == session.interval
    assert ConflictCase.objects.get().session == session
    phone.goto(link)
    expect(phone.get_by_role("heading", name="See you on")).to_be_visible()


def test_a_clash_and_option_2_end_in_the_freed_hour_booked_with_one_click(page, phone, site, stage):
    enter(page, site, stage.elena)
    want_marias_hour(page, site, stage)
    page.get_by_text("Ask Maria to move").first.click()
    page.get_by_role("button", name="Ask Maria to move").click()
    link = handed_link(page)
    assert hour_of(stage.marias) == f"{stage.day} 10:00"

    phone.goto(link)
    phone.locator(".slot").first.tap()
    phone.get_by_role("button", name="Confirm").tap()
    expect(phone.get_by_role("heading", name="See you on")).to_be_visible()
    assert hour_of(stage.marias) != f"{stage.day} 10:00"

    page.goto(f"{site}/conflicts/")
    page.get_by_role("button", name="Book Nikos").click()
    expect(page.locator("#pending")).not_to_contain_text("Book Nikos")
    expect(page.get_by_role("heading", name="Pending")).to_be_focused()
    assert sessions_of(stage.nikos) == [f"{stage.day} 10:00"]


def test_esc_leaves_everything_as_it_was(page, site, stage):
    enter(page, site, stage.elena)
    calendar(page, site, stage)
    page.get_by_role("link", name="New session").click()
    page.locator("#dlg [name=day]").fill(str(stage.day))
    page.locator("#dlg [name=at]").fill("10:00")
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.get_by_role("button", name="Save and tell").click()
    expect(page.get_by_role("heading", name="10:00 is taken")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert sessions_of(stage.nikos) == []
    assert not ConflictCase.objects.exists()


def test_both_ways_out_by_keyboard_alone(page, phone, site, stage):
    enter(page, site, stage.elena)
    calendar(page, site, stage)
    stroll(page, page.locator(f".free a[href*='day={stage.day}&at=11']"))
    page.keyboard.press("Enter")
    expect(page.locator("#dlg")).to_be_visible()
    at = page.locator("#dlg [name=at]")
    walk_to(page, page.locator("#dlg [name=client]").first)
    nikos = page.get_by_role("radio", name="Nikos Georgiou")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
        if nikos.is_checked():
            break
    walk_to(page, at)
    page.keyboard.press("Control+A")
    page.keyboard.type("10:00")
    press(page, page.locator("#dlg button[name=notify][value='1']"))
    expect(page.get_by_role("heading", name="10:00 is taken")).to_be_focused()
    walk_to(page, page.locator("#dlg [name=way]").first)
    page.keyboard.press("ArrowDown")
    press(page, page.get_by_role("button", name="Ask Maria to move"))
    expect(page.locator("#link")).to_be_visible()
    link = handed_link(page)
    page.keyboard.press("Escape")
    expect(page.locator("#dlg")).to_be_hidden()
    assert page.evaluate("document.activeElement !== document.body")

    phone.goto(link)
    walk_to(phone, phone.locator(".slot input").first)
    phone.keyboard.press("Space")
    press(phone, phone.get_by_role("button", name="Confirm"))
    expect(phone.get_by_role("heading", name="See you on")).to_be_visible()

    press(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Pending"))
    press(page, page.get_by_role("button", name="Book Nikos"))
    expect(page.locator("#pending")).not_to_contain_text("Book Nikos")
    assert sessions_of(stage.nikos) == [f"{stage.day} 10:00"]


def test_both_ways_out_without_javascript(plain, site, stage):
    sofia = factories.create_client(of=stage.elena, full_name="Sofia Karagianni", language="en")
    enter(plain, site, stage.elena)
    want_marias_hour(plain, site, stage)
    plain.get_by_role("button", name="times to Nikos").click()
    link = handed_link(plain)
    plain.goto(link)
    plain.locator(".slot input").first.check()
    plain.get_by_role("button", name="Confirm").click()
    expect(plain.get_by_role("heading", name="See you on")).to_be_visible()
    assert len(sessions_of(stage.nikos)) == 1

    plain.goto(f"{site}/sessions/book/?day={stage.day}&at=10:00")
    plain.get_by_role("radio", name="Sofia Karagianni").check()
    plain.get_by_role("button", name="Save and tell").click()
    plain.get_by_role("radio", name="Ask Maria to move").check()
    plain.get_by_role("button", name="Ask Maria to move").click()
    link = handed_link(plain)
    plain.goto(link)
    plain.locator(".slot input").first.check()
    plain.get_by_role("button", name="Confirm").click()
    expect(plain.get_by_role("heading", name="See you on")).to_be_visible()
    plain.goto(f"{site}/conflicts/")
    plain.get_by_role("button", name="Book Sofia").click()
    assert sessions_of(sofia) == [f"{stage.day} 10:00"]


def test_a_clash_in_greek(page, phone, site, transactional_db):
    stage = set_stage(language="el")
    enter(page, site, stage.elena)
    page.goto(f"{site}/sessions/book/?day={stage.day}&at=10:00")
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.locator("button[name=notify][value='1']").click()
    expect(page.get_by_role("heading", name="η ώρα δεν είναι ελεύθερη")).to_be_visible()
    page.locator("button.primary[formaction*='/conflicts/offer/']:visible").click()
    assert "Καλημέρα σας" in page.locator("#letter").input_value()
    phone.goto(handed_link(page))
    phone.locator(".slot").first.tap()
    phone.get_by_role("button", name="Επιβεβαίωση").tap()
    expect(phone.locator("h1")).to_be_visible()
    assert len(sessions_of(stage.nikos)) == 1


def test_the_client_in_whose_face_a_time_is_taken_reads_what_is_still_free(phone, site, stage):
    case = factories.create_case(coach=stage.elena, client=stage.nikos, blocking=stage.marias)
    offers = [f"{stage.day} {at}" for at in ("12:00", "14:00", "15:30")]
    proposal = factories.create_proposal(case=case, offers=offers, held=False)
    phone.goto(f"{site}/p/{link_to(proposal)}/")
    somebody = factories.create_client(of=stage.elena)
    factories.create_session(coach=stage.elena, client=somebody, at=offers[0])
    phone.locator(".slot").first.tap()
    phone.get_by_role("button", name="Confirm").tap()
    expect(phone.locator("#taken")).to_contain_text("12:00 was just taken")
    expect(phone.locator("#taken")).to_be_focused()
    expect(phone.locator(".slot.gone")).to_have_count(1)
    phone.locator(".slot:not(.gone)").first.tap()
    phone.get_by_role("button", name="Confirm").tap()
    expect(phone.get_by_role("heading", name="See you on")).to_be_visible()
    assert sessions_of(stage.nikos) == [offers[1]]


# What the form asks while one types takes a second here, as on a poor line.
SLOW_QUESTIONS = """
    const {open, send} = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.open = function (method, ...rest) { this.asks = method == "GET"; return open.call(this, method, ...rest); };
    XMLHttpRequest.prototype.send = function (...body) { setTimeout(() => { if (this.readyState == 1) send.apply(this, body); }, this.asks ? 1000 : 0); };
"""


def test_saving_is_not_lost_while_the_form_still_asks(page, site, stage):
    enter(page, site, stage.elena)
    calendar(page, site, stage)
    page.get_by_role("link", name="New session").click()
    page.locator("#dlg [name=day]").fill(str(stage.day))
    page.evaluate(SLOW_QUESTIONS)
    page.locator("#dlg [name=at]").fill("11:00")
    page.get_by_role("radio", name="Nikos Georgiou").check()
    page.get_by_role("button", name="Save and tell").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert sessions_of(stage.nikos) == [f"{stage.day} 11:00"]


def test_agenda_goes_on_by_the_keyboard_and_the_focus_with_it(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/calendar/?view=agenda&date={stage.day}")
    more = page.locator("a.btn[id^='d-'][id$='-a']")
    first = more.get_attribute("id")
    more.press("Enter")
    page.locator(f"h2 #{first}").wait_for()
    assert page.evaluate("document.activeElement.id") == first
    assert page.locator(".agenda > section").count() == 28
    page.locator("#cal-next").press("Enter")
    expect(page.locator(".agenda > section")).to_have_count(14)
    assert page.evaluate("document.activeElement.id") == "cal-next"


def test_the_same_hour_is_booked_again_and_a_named_clash_gets_another_time(page, site, stage):
    in_two_weeks = stage.day + dt.timedelta(weeks=2)
    factories.create_session(coach=stage.elena, client=stage.nikos, at=f"{in_two_weeks} 10:30")
    enter(page, site, stage.elena)
    page.goto(f"{site}/sessions/{stage.marias.pk}/")
    page.get_by_role("link", name="Book again").click()
    page.get_by_label("How many").fill("3")
    clash = page.get_by_role("row", name="Taken by Nikos Georgiou")
    expect(clash).to_contain_text("10:30–11:20")
    expect(page.get_by_role("button", name="1 date to decide")).to_be_visible()
    clash.get_by_role("button", name="09:30").click()
    expect(page.get_by_role("button", name="Take back")).to_be_focused()
    page.get_by_role("button", name="Book all 3 and tell Maria").click()
    expect(page.locator("#toasts")).to_contain_text("3 sessions booked: Maria Papadopoulou")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_text("3 more sessions booked for Maria").click()
    expect(page.locator("#session-ahead a")).to_have_count(3)
    weeks = [(1, "10:00"), (2, "09:30"), (3, "10:00")]
    again = [f"{stage.day + dt.timedelta(weeks=number)} {at}" for number, at in weeks]
    assert sessions_of(stage.maria) == [f"{stage.day} 10:00", *again]
