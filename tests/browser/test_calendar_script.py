"""What static/js/keys.js and static/js/calendar.js add to the calendar: keys, one tab stop, drag, reasons, now."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from config.kernel import time
from scheduling.models import Session
from tests import factories
from tests.browser.cast import ATHENS, enter, hour_of, set_stage

pytestmark = pytest.mark.browser

# Only answers that are refusals by design may be named in the console.
DESIGNED = ("409", "422")
A_DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _quiet(page):
    """Whatever a test does, the browser has nothing to complain of."""
    said = []
    page.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield
    assert [line for line in said if not any(code in line for code in DESIGNED)] == []


@pytest.fixture
def week(page, site, stage):
    """Elena's calendar, on the week of Maria's session."""
    enter(page, site, stage.elena)
    page.goto(f"{site}/calendar/?view=week&date={stage.day}")
    return page


def title_of(monday):
    return re.compile(f"Week {monday.isocalendar().week},")


def at(day, clock):
    """The link of what begins then."""
    return f"#at-{day}-{clock.replace(':', '')}"


def greek(page, key, code):
    """The key at that place, on a keyboard that writes Greek."""
    page.evaluate(
        "([key, code]) => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))",
        [key, code],
    )


def test_letters_turn_the_calendar_and_open_what_it_offers(week, stage):
    monday = stage.day - A_DAY
    week.keyboard.press("j")
    week.keyboard.press("j")  # before the first is there: none is lost
    expect(week).to_have_title(title_of(monday + 14 * A_DAY))
    expect(week.locator("#cal-next")).to_have_attribute("aria-keyshortcuts", "J")
    week.keyboard.press("k")
    expect(week).to_have_title(title_of(monday + 7 * A_DAY))
    week.keyboard.press("Control+k")
    week.keyboard.press("t")
    expect(week).to_have_title(title_of(monday - 7 * A_DAY))
    week.keyboard.press("c")
    expect(week.get_by_role("dialog", name="New session")).to_be_visible()
    expect(week.locator("#people-q")).to_be_focused()
    week.locator("#dlg-t").focus()
    week.keyboard.press("j")  # nothing, while a dialog is open
    week.keyboard.press("Escape")
    week.keyboard.press("?")
    expect(week.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Undo, while it is offered")
    expect(week).to_have_title(title_of(monday - 7 * A_DAY))


def test_a_dialog_opens_although_its_link_was_replaced_meanwhile(week, stage):
    week.keyboard.press("j")
    week.keyboard.press("c")
    expect(week.get_by_role("dialog", name="New session")).to_be_visible()
    expect(week).to_have_title(title_of(stage.day + 7 * A_DAY))


def test_back_leads_to_the_week_before_and_everything_works_there(week, stage):
    week.keyboard.press("j")
    expect(week).to_have_title(title_of(stage.day + 7 * A_DAY))
    week.go_back()
    expect(week).to_have_title(title_of(stage.day))
    expect(week.locator('.day-list [tabindex="0"]')).to_have_count(1)
    week.keyboard.press("c")
    expect(week.get_by_role("dialog", name="New session")).to_be_visible()


def test_letters_count_by_their_place_on_a_greek_keyboard(week, stage):
    greek(week, "ξ", "KeyJ")
    expect(week).to_have_title(title_of(stage.day + 7 * A_DAY))
    greek(week, "τ", "KeyT")
    expect(week).to_have_title(title_of(stage.day - 7 * A_DAY))
    greek(week, "ψ", "KeyC")
    expect(week.get_by_role("dialog", name="New session")).to_be_visible()


def test_letters_do_nothing_for_who_turned_them_off(page, site, stage):
    stage.elena.user.shortcuts = False
    stage.elena.user.save(update_fields=["shortcuts"])
    enter(page, site, stage.elena)
    page.goto(f"{site}/calendar/?view=week&date={stage.day}")
    for key in ("j", "c", "?"):
        page.keyboard.press(key)
    expect(page.locator("#cal-next")).not_to_have_attribute("aria-keyshortcuts", "J")
    page.locator(at(stage.day, "11:00")).focus()
    page.keyboard.press("ArrowUp")  # no letter
    expect(page.locator(at(stage.day, "10:00"))).to_be_focused()
    expect(page.locator("#dlg")).to_be_hidden()
    expect(page).to_have_title(title_of(stage.day))


def test_letters_choose_the_view_and_find_but_are_letters_in_a_field(week):
    for name in ("day", "week", "month", "agenda"):
        week.keyboard.press(name[0])
        expect(week.locator(f"#view-{name}")).to_have_attribute("aria-current", "page")
        week.wait_for_load_state()
    week.keyboard.press("/")
    expect(week.locator("#q")).to_be_focused()
    week.keyboard.type("zd?/")
    expect(week.locator("#q")).to_have_value("zd?/")
    expect(week).to_have_url(re.compile("view=agenda"))
    expect(week.locator("#dlg")).to_be_hidden()


def test_a_letter_undoes_while_it_is_offered_in_a_toast_or_on_the_page(week, site, stage):
    wednesday = stage.day + A_DAY
    drag(week, marias_card(week, stage), week.locator(at(wednesday, "11:00")))
    expect(week.locator(at(wednesday, "11:00"))).to_contain_text("Maria")
    week.keyboard.press("z")
    expect(week.locator(at(stage.day, "10:00"))).to_contain_text("Maria")
    assert hour_of(stage.marias) == f"{stage.day} 10:00"

    week.goto(f"{site}/sessions/{stage.marias.pk}/")
    week.locator("#session-cancel").click()
    week.get_by_role("button", name="Cancel the session").click()
    expect(week.locator("#session .badge")).to_have_text("Cancelled")
    week.reload()  # the toast is gone, the page's own button stays
    week.keyboard.press("z")
    expect(week.locator("#session .badge")).to_have_text("Scheduled")


def test_month_is_one_tab_stop_too(week, site, stage):
    middle = (stage.day.replace(day=15) + 31 * A_DAY).replace(day=15)
    session = factories.create_session(coach=stage.elena, client=stage.nikos, at=f"{middle} 10:00")
    week.goto(f"{site}/calendar/?view=month&date={middle}")
    stop = week.locator('[data-js-grid] [tabindex="0"]')
    assert stop.count() == 1
    day, line = f"#m-{middle}", f"#session-{session.pk}"
    before, above, below = (f"#m-{middle + days * A_DAY}" for days in (-1, -7, 7))
    week.locator(before).focus()
    walk = [("ArrowRight", day), ("ArrowLeft", before), ("ArrowRight", day), ("ArrowDown", line), ("ArrowDown", below)]
    walk += [("ArrowUp", line), ("ArrowUp", day), ("ArrowUp", above), ("ArrowDown", day), ("ArrowLeft", before)]
    for key, there in walk:
        week.keyboard.press(key)
        expect(week.locator(there)).to_be_focused()
    assert stop.count() == 1


def test_times_are_one_tab_stop_and_arrows_walk_between_them(week, stage):
    tuesday, monday, wednesday = stage.day, stage.day - A_DAY, stage.day + A_DAY
    stops = []
    week.locator("#cal-new").focus()
    while week.locator("#calendar :focus").count():
        stops += [week.evaluate("document.activeElement.id")]
        week.keyboard.press("Tab")
    assert [stop for stop in stops if stop.startswith("at-")] == [f"at-{monday}-0900"]

    week.locator(at(tuesday, "09:00")).focus()
    walk = [
        ("ArrowDown", tuesday, "10:00"),
        ("ArrowDown", tuesday, "11:00"),
        ("ArrowRight", wednesday, "11:00"),
        ("End", wednesday, "16:00"),
        ("ArrowLeft", tuesday, "16:00"),
        ("Home", tuesday, "09:00"),
        ("ArrowLeft", monday, "09:00"),
        ("ArrowLeft", monday, "09:00"),
    ]
    for key, day, clock in walk:
        week.keyboard.press(key)
        expect(week.locator(at(day, clock))).to_be_focused()
    assert week.locator('.day-list [tabindex="0"]').count() == 1
    week.keyboard.press("ArrowRight")
    week.keyboard.press("PageDown")
    expect(week.locator(at(tuesday + 7 * A_DAY, "09:00"))).to_be_focused()
    week.keyboard.press("PageUp")
    expect(week.locator(at(tuesday, "09:00"))).to_be_focused()
    week.keyboard.press("ArrowDown")
    week.keyboard.press("Enter")
    expect(week.get_by_role("heading", name="Maria Papadopoulou")).to_be_visible()


def test_same_place_keeps_the_focus_when_the_calendar_reads_itself_anew(week, stage):
    week.locator(at(stage.day, "10:00")).focus()
    Session.objects.filter(pk=stage.marias.pk).update(during=factories.hour(f"{stage.day} 10:15").as_range(), version=2)
    week.evaluate("htmx.trigger(document.body, 'calendar:changed')")
    expect(week.locator(at(stage.day, "10:15"))).to_be_focused()
    assert week.locator('.day-list [tabindex="0"]').count() == 1


def test_day_that_is_shut_hands_the_focus_to_its_neighbour(week, stage):
    factories.create_override(coach=stage.elena, date=str(stage.day + 7 * A_DAY))
    week.locator(at(stage.day, "11:00")).focus()
    week.keyboard.press("PageDown")
    expect(week.locator(at(stage.day + 6 * A_DAY, "11:00"))).to_be_focused()


def drag(page, card, to, *, release=True, by=8):
    """Take a card near its upper edge and bring it where that edge of another one is."""
    start, end = card.bounding_box(), to.bounding_box()
    page.mouse.move(start["x"] + 40, start["y"] + by)
    page.mouse.down()
    page.mouse.move(start["x"] + 44, start["y"] + by + 9)
    page.mouse.move(end["x"] + 40, end["y"] + by, steps=4)
    if release:
        page.mouse.up()


def marias_card(page, stage):
    return page.locator(f"#session-{stage.marias.pk}")


def test_a_session_is_dragged_to_a_free_time_of_another_day(week, stage):
    wednesday = stage.day + A_DAY
    drag(week, marias_card(week, stage), week.locator(at(wednesday, "11:00")), release=False)
    expect(week.locator(".ghost")).to_contain_text("11:00–11:50")
    week.mouse.up()
    expect(week.locator("#toasts")).to_contain_text("Moved: Maria Papadopoulou")
    expect(week.locator(at(wednesday, "11:00"))).to_contain_text("Maria")
    expect(week.locator(".ghost, .is-lifted")).to_have_count(0)
    assert hour_of(stage.marias) == f"{wednesday} 11:00"
    assert "/calendar/" in week.url


def test_a_session_dropped_on_another_is_where_it_was_and_the_dialog_says_why(week, stage):
    factories.create_session(coach=stage.elena, client=stage.nikos, at=f"{stage.day} 14:00")
    week.reload()
    drag(week, marias_card(week, stage), week.locator(at(stage.day, "14:00")))
    expect(week.get_by_role("dialog", name="Move the session")).to_contain_text("Nikos")
    expect(week.locator("#refusal")).to_contain_text("Nothing was moved. Choose another time.")
    expect(week.locator("#dlg [name=at]")).to_have_value("14:00")
    expect(week.locator(".ghost, .is-lifted")).to_have_count(0)
    expect(week.locator(at(stage.day, "10:00"))).to_contain_text("Maria")
    marias = Session.objects.get(pk=stage.marias.pk)
    assert (marias.interval, marias.version) == (stage.marias.interval, stage.marias.version)
    week.keyboard.press("Escape")
    expect(week.locator(at(stage.day, "10:00"))).to_be_focused()


def test_escape_ends_a_drag_and_a_press_alone_opens_the_session(week, stage):
    card = marias_card(week, stage)
    drag(week, card, week.locator(at(stage.day, "12:00")), release=False)
    week.keyboard.press("Escape")
    expect(week.locator(".ghost, .is-lifted")).to_have_count(0)
    week.mouse.up()
    # Nor does it move for a way of five pixels, or when it comes back to where it was.
    drag(week, card, card)
    expect(week.locator(".ghost, .is-lifted")).to_have_count(0)
    assert "/calendar/" in week.url
    card.click(position={"x": 30, "y": 10})
    expect(week.get_by_role("heading", name="Maria Papadopoulou")).to_be_visible()
    assert hour_of(stage.marias) == f"{stage.day} 10:00"


def test_a_session_dropped_on_the_hour_that_spring_skips_is_told_so(page, site, stage):
    year = dt.datetime.now(ATHENS).year
    spring = next(
        day for day in (dt.date(year + 1, 3, 31) - number * A_DAY for number in range(7)) if day.weekday() == 6
    )
    early = factories.create_session(coach=stage.elena, client=stage.nikos, at=f"{spring} 01:00")
    factories.create_session(coach=stage.elena, client=stage.maria, at=f"{spring - A_DAY} 03:00")
    enter(page, site, stage.elena)
    page.goto(f"{site}/calendar/?view=week&date={spring}")
    card, there = page.locator(f"#session-{early.pk}"), page.locator(at(spring - A_DAY, "03:00"))
    box, height = card.bounding_box(), there.bounding_box()["y"] - card.bounding_box()["y"]
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 8 + height, steps=4)
    page.mouse.up()
    expect(page.locator("#errors")).to_contain_text("The clocks go forward")
    assert hour_of(early) == f"{spring} 01:00"


def test_an_empty_spot_says_why_nothing_is_there(week, stage):
    box = week.locator(f"#d-{stage.day} .day-list").bounding_box()
    with week.expect_request(re.compile(r"\?day=")) as asked:
        week.mouse.click(box["x"] + 20, box["y"] + 30)
    assert asked.value.url.endswith(f"?day={stage.day}&at=08%3A30")
    expect(week.locator("#dlg")).to_be_visible()


def test_now_goes_on_and_who_comes_back_sees_how_things_stand(page, site, transactional_db, monkeypatch):
    stage = set_stage()
    monkeypatch.setattr(time, "now", lambda: factories.NOW)
    page.clock.install(time=factories.NOW + dt.timedelta(seconds=30))
    enter(page, site, stage.elena)
    page.goto(f"{site}/calendar/")
    expect(page.locator(".now-at")).to_have_text("11:00")
    page.clock.fast_forward("07:00")
    expect(page.locator(".now-at")).to_have_text("11:07")
    expect(page.locator(".now-at")).to_have_class("now-at h-11 m-5")
    expect(page.locator(".now time")).to_have_text("11:07")
    expect(page.locator(".top-note")).to_have_text("Friday 20 November, 11:07")
    expect(page.locator(".times .h-11:not(.now-at)")).to_have_count(0)

    hide = "(hidden) => {{ Object.defineProperty(document, 'hidden', {{configurable: true, value: {}}}); document.dispatchEvent(new Event('visibilitychange')); }}"
    page.evaluate(hide.format("true"))
    factories.create_session(coach=stage.elena, client=stage.maria, at="2026-11-20 15:00")
    page.clock.fast_forward("02:00")
    expect(page.locator(at("2026-11-20", "15:00"))).not_to_contain_text("Maria")
    page.evaluate(hide.format("false"))
    expect(page.locator(at("2026-11-20", "15:00"))).to_contain_text("Maria")
