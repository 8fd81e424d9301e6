"""Pages that are open hear of what others do: within a second, without a reload, and nothing is taken from anybody's hands."""

from __future__ import annotations

import datetime as dt
import os
import re
import time

import pytest
from playwright.sync_api import expect

from clients.actions.people import close_account
from config.kernel import live
from tests import factories
from tests.browser.cast import enter, link_to
from tests.browser.world import asked_to_move
from tests.live.listeners import Listeners, keys_of
from tests.live.telling import tell

pytestmark = pytest.mark.browser

STREAMS = int(os.environ.get("LIVE_STREAMS", "60"))
# ms.  From the answer's arrival in one browser to the change in the other.
SOON = 1000
# Kept until the page is left: how often something was read, whether that part was, and when it first said something else.
WATCH = """(selector) => {
    window.reads = 0;
    document.addEventListener("htmx:beforeSend", () => { window.reads += 1; });
    document.body.addEventListener("calendar:changed", () => { window.isTold = true; });
    const text = () => document.querySelector(selector)?.innerText;
    const before = text();
    const look = () => {
        window.isRead = true;
        if (text() !== before) window.changedAt ??= performance.timeOrigin + performance.now();
    };
    new MutationObserver(look).observe(document.querySelector(selector).parentElement, {childList: true});
}"""
NOW = "() => performance.timeOrigin + performance.now()"
IS_QUIET = "() => !document.querySelector('.htmx-request')"
IS_READ = "() => window.isRead && !document.querySelector('.htmx-request')"
STANDS = "() => document.body.addEventListener('line:stands', () => { window.stands = true; })"
HEARD_AT = """(names) => {
    window.heardAt = {};
    window.line = new EventSource("/events/");
    window.line.onmessage = ({data}) => { window.heardAt[JSON.parse(data).id] = performance.timeOrigin + performance.now(); };
    return new Promise((resolve) => { window.line.onopen = () => resolve(); });
}"""
SET_HIDDEN = """(hidden) => {
    Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def at(page, site, stage):
    """`at(path, selector)` opens it for Elena, who hears, and watches that part."""
    enter(page, site, stage.elena)

    def opened(path, selector):
        with page.expect_response("**/events/**") as asked:
            page.goto(f"{site}{path}")
        assert asked.value.status == 200
        page.evaluate(STANDS)
        while not page.evaluate("window.stands"):
            hears(stage.elena, "line:stands")
            page.wait_for_timeout(50)
        page.wait_for_function(IS_QUIET)
        page.evaluate(WATCH, selector)
        return page

    return opened


@pytest.fixture
def somebody(browser, site):
    """Another browser, of a client with a phone."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB", timezone_id="Europe/Athens")
    context.set_default_timeout(8000)
    yield context.new_page()
    context.close()


def answer(phone, site, proposal):
    """The client takes the first time offered; when their browser showed that it is done."""
    phone.goto(f"{site}/p/{link_to(proposal)}/")
    phone.locator(".slot").first.click()
    phone.get_by_role("button", name="Confirm").click()
    phone.get_by_role("heading", name="See you on").wait_for()
    return phone.evaluate(NOW)


def hears(elena, *names):
    """Something was done elsewhere that concerns Elena."""
    return tell(live.for_user(elena.user.pk), *names)


@pytest.mark.parametrize(
    ("path", "part", "held"),
    [("/calendar/?date={day}", "#calendar", "#cal-next"), ("/conflicts/", "#pending", "#wait-new")],
)
def test_a_clients_answer_shows_within_a_second(at, site, stage, somebody, path, part, held):
    _case, proposal = asked_to_move(stage)
    page = at(path.format(day=stage.day), part)
    before = page.locator(part).inner_text()
    page.locator(held).focus()
    page.mouse.move(5, 5)
    page.evaluate("scrollTo(0, 40)")
    scrolled = page.evaluate("scrollY")
    seen = answer(somebody, site, proposal)
    page.wait_for_function("() => window.changedAt")
    page.wait_for_function(IS_QUIET)
    late = page.evaluate("window.changedAt") - seen
    print(f"{part} changed {late:.0f} ms after the answer was on the client's phone")
    assert late < SOON
    assert page.locator(part).inner_text() != before
    assert page.evaluate("[document.activeElement.id, scrollY]") == [held.strip("#"), scrolled]


def test_what_one_does_oneself_is_read_once(at, stage):
    page = at(f"/sessions/{stage.marias.pk}/", "#session")
    page.locator("#session-cancel").click()
    with page.expect_response(lambda each: each.request.method == "POST"):
        page.locator("#dlg [type=submit]").last.click()
    page.wait_for_function(IS_READ)
    own = page.evaluate("window.reads")
    hears(stage.elena, "pending:changed")  # comes after the news of what she did herself
    page.wait_for_function("(own) => window.reads > own", arg=own)
    assert page.evaluate("window.reads") == own + 1


def test_many_news_are_one_reading(at, stage):
    page = at("/conflicts/", "#pending")
    for _ in range(5):
        hears(stage.elena, "calendar:changed", "pending:changed")
    page.wait_for_function(IS_READ)
    hears(stage.elena, "pending:changed")
    page.wait_for_function("() => window.reads >= 4")
    assert page.evaluate("window.reads") == 4  # the list and the menu, twice


def test_nothing_moves_under_the_pointer(at, stage):
    """What is new waits behind a bar, which shows it; what the pointer is on stays where it is."""
    asked_to_move(stage)
    page = at("/conflicts/", "#pending")
    card = page.locator("[data-js-live-list] > li").first
    card.hover()
    where = card.bounding_box()
    factories.create_case(coach=stage.elena, client=factories.create_client(of=stage.elena), blocking=stage.marias)
    hears(stage.elena, "pending:changed")
    bar = page.locator("#news")
    expect(bar).to_have_text("1 new, show")
    expect(page.locator("#live")).to_have_text("1 new, show")
    assert card.bounding_box() == where
    assert page.locator("[data-js-live-list] > li").count() == 1
    factories.create_case(coach=stage.elena, client=factories.create_client(of=stage.elena), blocking=stage.marias)
    hears(stage.elena, "pending:changed")
    expect(bar).to_have_text("2 new, show")
    bar.press("Enter")
    expect(page.locator("[data-js-live-list] > li")).to_have_count(3)
    expect(bar).to_have_count(0)
    expect(page.locator("#pending-t")).to_be_focused()


def test_what_is_typed_is_not_lost(at, stage):
    """Under a form that somebody fills in all stays as it is, until they have left it."""
    page = at(f"/calendar/?date={stage.day}", "#calendar")
    page.locator("#cal-new").click()
    with page.expect_response("**q=Nik**"):
        page.locator("#people-q").fill("Nik")
    reads = page.evaluate("window.reads")
    hears(stage.elena, "calendar:changed", "pending:changed")
    page.wait_for_function("() => window.isTold")
    assert page.evaluate("window.reads") == reads
    assert page.locator("#people-q").input_value() == "Nik"
    page.locator("#dlg [data-js-close]").first.click()
    page.wait_for_function(IS_READ)


@pytest.mark.parametrize("first", ["turned", "told"])
def test_a_calendar_that_is_told_of_news_while_it_is_turned_shows_the_week_that_was_asked_for(at, stage, first):
    """Whichever of the two was begun first, and however late the first of them is answered."""
    following = stage.day + dt.timedelta(days=7)
    page = at(f"/calendar/?view=week&date={stage.day}", "#calendar")
    kept, is_open = [], []
    page.route("**/calendar/?*", lambda route: route.continue_() if is_open else kept.append(route))
    acts = [lambda: page.keyboard.press("j"), lambda: hears(stage.elena, "calendar:changed")]
    for act in acts if first == "turned" else reversed(acts):
        act()
        page.wait_for_timeout(400)  # longer than news takes to be heard, gathered and read
    is_open.append(True)
    for each in reversed(kept):
        each.continue_()
        page.wait_for_timeout(100)
    expect(page).to_have_title(re.compile(f"Week {following.isocalendar().week},"))
    expect(page.locator(f"#d-{following}")).to_be_visible()
    page.wait_for_function(IS_QUIET)
    expect(page.locator(f"#d-{following}")).to_be_visible()
    assert str(following - dt.timedelta(days=following.weekday())) in page.url


def test_without_the_line_a_poll_stands_in_until_it_is_back(page, site, stage, server):
    page.clock.install()
    enter(page, site, stage.elena)
    with page.expect_response("**/events/**"):
        page.goto(f"{site}/conflicts/")
    page.evaluate(WATCH, "#pending")
    with server.without_streams():
        page.wait_for_function(IS_READ)  # at once, when the line cannot be had again
        factories.create_case(coach=stage.elena, client=stage.nikos, blocking=stage.marias)
        page.clock.fast_forward(15_000)
        expect(page.locator("[data-js-live-list] > li")).to_have_count(1)
        expect(page.locator(".toast")).to_have_count(0)
    with page.expect_response(lambda each: "/events/" in each.url and each.status == 200):
        page.clock.fast_forward(15_000)
    expect(page.locator(".htmx-request")).to_have_count(0)
    factories.create_case(coach=stage.elena, client=stage.maria, blocking=stage.marias)
    hears(stage.elena, "pending:changed")
    expect(page.locator("[data-js-live-list] > li")).to_have_count(2)


def test_who_looks_again_hears_what_was_missed(at, stage):
    page = at("/conflicts/", "#pending")
    page.evaluate(SET_HIDDEN, True)
    hears(stage.elena, "pending:changed")
    with page.expect_response("**/events/**"):
        page.evaluate(SET_HIDDEN, False)
    page.wait_for_function(IS_READ)


def test_a_client_sees_what_is_booked(page, site, stage):
    user = factories.create_user()
    stage.maria.user = user
    stage.maria.save(update_fields=["user"])
    enter(page, site, user)
    with page.expect_response("**/events/**"):
        page.goto(f"{site}/my/")
    expect(page.locator("#my")).not_to_contain_text("14:00")
    factories.create_session(coach=stage.elena, client=stage.maria, at=f"{stage.day} 14:00")
    tell(live.for_client(stage.maria.pk), "my:changed")
    expect(page.locator("#my")).to_contain_text("14:00")


def test_who_may_look_no_longer_is_led_out(at, site, stage):
    page = at("/conflicts/", "#pending")
    close_account(stage.elena.user.pk, by=factories.create_user(is_staff=True), now=factories.NOW)
    expect(page).to_have_url(re.compile("/account/login/"))


def test_it_is_heard_within_a_second_among_hundreds(at, site, stage, capsys):
    page = at("/conflicts/", "#pending")
    crowd = Listeners(int(site.rpartition(":")[2]))
    try:
        crowd.open(*keys_of(stage.elena.user, STREAMS), since=time.time() + 60)
        page.evaluate(HEARD_AT)
        told = {}
        for _ in range(20):
            at_last = 1000 * time.time()
            by = tell(live.for_role("coach"), "nobody:listens")
            told[by] = at_last
            page.wait_for_function("(by) => window.heardAt[by]", arg=by)
        heard = page.evaluate("window.heardAt")
    finally:
        crowd.close()
    late = sorted(heard[by] - at_last for by, at_last in told.items())
    with capsys.disabled():
        print(
            f"\namong {STREAMS} that hear the same, a browser hears it after {late[10]:.0f} ms, p95 {late[18]:.0f} ms"
        )
    assert late[18] < SOON
