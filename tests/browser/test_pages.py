"""Every page and dialog in both languages, both themes and both widths: axe finds nothing, nothing scrolls sideways,
the browser asks nobody else and complains of nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe

from scheduling.actions.notes import add_addendum, finish_note
from scheduling.models import SlotOffer
from tests import factories
from tests.browser.cast import enter, link_to, set_stage
from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

# The second theme changes colours and nothing else: only they are looked at again.
THEMES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
# Only answers that are refusals by design may be named in the console.
DESIGNED = ("404", "409", "422")


@pytest.fixture(params=["en", "el"])
def stage(request, transactional_db):
    return set_stage(language=request.param)


def asked(stage):
    """Maria was asked to move for Nikos, with three times."""
    case = factories.create_case(coach=stage.elena, client=stage.nikos, blocking=stage.marias)
    offers = [f"{stage.day} {at}" for at in ("12:00", "14:00", "15:30")]
    proposal = factories.create_proposal(case=case, session=stage.marias, offers=offers)
    return case, proposal


def look_at(page, url, *, opens=None, person=None, site=""):
    """Problems of one page in both themes and both widths, as words."""
    heard, asked_for = [], []
    page.on("console", lambda line: heard.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: asked_for.append(request.url))
    if person:
        enter(page, site, person)
    page.goto(url)
    if opens:
        opens(page)
    problems = []
    for width in (DESK, PHONE):
        page.set_viewport_size(width)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append(f"{width['width']}: scrolls sideways")
        for theme, options in THEMES.items():
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found = Axe().run(page, options=options).response["violations"]
            problems += [f"{width['width']} {theme}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found]
    problems += [line for line in heard if not any(code in line for code in DESIGNED)]
    problems += [f"asks {url}" for url in asked_for if not url.startswith((site, "data:", "blob:"))]
    return problems


def booking_dialog(page):
    page.get_by_role("link", name="New session").or_(page.locator(".cal-head a.primary")).first.click()
    page.locator("#dlg h2").wait_for()


def test_the_calendar_and_its_dialog(page, site, stage):
    asked(stage)
    address = f"{site}/calendar/?date={stage.day}"
    assert look_at(page, address, person=stage.elena, site=site) == []
    page.set_viewport_size(DESK)
    assert look_at(page, address, opens=booking_dialog, site=site) == []


@pytest.mark.parametrize("view", ["day", "month", "agenda"])
def test_the_calendars_other_views(page, site, stage, view):
    asked(stage)
    assert look_at(page, f"{site}/calendar/?view={view}&date={stage.day}", person=stage.elena, site=site) == []


def test_finding(page, site, stage):
    def typed(page):
        page.locator("#q").press_sequentially("μαρια")
        page.locator("#found-people").wait_for()

    assert look_at(page, f"{site}/find/", opens=typed, person=stage.elena, site=site) == []
    assert page.url == f"{site}/find/?q=%CE%BC%CE%B1%CF%81%CE%B9%CE%B1"
    assert page.locator("#live").inner_text().startswith("1 ")


def test_the_conflict_dialog(page, site, stage):
    def clash(page):
        page.locator(f"input[name=client][value='{stage.nikos.pk}']").check()
        page.locator("button[name=notify][value='1']").click()
        page.locator("input[name=way]").first.wait_for()

    address = f"{site}/sessions/book/?day={stage.day}&at=10:00"
    assert look_at(page, address, opens=clash, person=stage.elena, site=site) == []


def test_the_coachs_other_pages(page, site, stage):
    asked(stage)
    nikos = factories.create_session(coach=stage.elena, client=stage.nikos, at=f"{stage.day} 13:00")
    enter(page, site, stage.elena)
    paths = [
        "/sessions/book/",
        f"/sessions/{stage.marias.pk}/",
        f"/sessions/{stage.marias.pk}/move/",
        f"/sessions/{stage.marias.pk}/cancel/",
        # Maria is in the way of the first, and Saturday is closed.
        f"/sessions/{nikos.pk}/again/?times=2&day={stage.day}&at=10:00",
        f"/sessions/{nikos.pk}/again/?times=2&day={stage.day + dt.timedelta(days=4)}",
        f"/sessions/{nikos.pk}/ask/",
        "/conflicts/",
        "/conflicts/?show=closed",
        f"/calendar/why/?day={stage.day}&at=10:00",
        f"/calendar/why/?day={stage.day}&at=9:10",
        "/sessions/999999/",
        "/keys/",
    ]
    problems = {path: look_at(page, f"{site}{path}", site=site) for path in paths}
    assert problems == {path: [] for path in paths}


def test_the_private_note_of_a_session(page, site, stage):
    note = factories.create_note(session=stage.marias, body="Of another window. " * 20)

    def clash(page):
        page.locator("#note-version").evaluate("(version) => { version.value = 0; }")
        page.locator("#note-body").fill("Mine. " * 40)
        page.locator("#note-clash").wait_for()

    address = f"{site}/sessions/{stage.marias.pk}/"
    assert look_at(page, address, opens=clash, person=stage.elena, site=site) == []
    finish_note(stage.marias, note.body, by=stage.elena.user, now=factories.NOW, version=1)
    add_addendum(stage.marias, "And more.", by=stage.elena.user, now=factories.NOW)

    def history(page):
        page.locator("#session-history-t").click()

    assert look_at(page, f"{address}?initials=1", opens=history, site=site) == []


def test_home_and_the_reports(page, site, stage):
    asked(stage)
    for days, status in ((-7, "completed"), (-1, "no_show"), (-2, "scheduled")):
        day = dt.date.today() + dt.timedelta(days=days)  # noqa: DTZ011 - which day it is there matters little
        factories.create_session(coach=stage.elena, client=stage.nikos, at=f"{day} 11:00", status=status, price=60)
    enter(page, site, stage.elena)

    def numbers(page):
        for summary in page.locator("details > summary").all():
            summary.click()

    looks = {"/": None, "/reports/": numbers, "/reports/unpaid/": None}
    problems = {path: look_at(page, f"{site}{path}", opens=opens, site=site) for path, opens in looks.items()}
    assert problems == {path: [] for path in looks}


def test_the_clients_pages(page, site, stage):
    case, proposal = asked(stage)
    user = factories.create_user(email="maria@praxis.test", full_name="Maria", language=stage.maria.language)
    stage.maria.user = user
    stage.maria.save(update_fields=["user"])
    address = f"{site}/p/{link_to(proposal)}/"
    assert look_at(page, address, site=site) == []

    def answered(page):
        page.locator(".slot input").first.check()
        page.locator("form button.primary").click()
        page.locator("h1").wait_for()

    assert look_at(page, address, opens=answered, site=site) == []
    assert look_at(page, f"{site}/my/", person=user, site=site) == []
    assert SlotOffer.objects.filter(chosen_in__isnull=False).exists()
    assert case.pk


TOO_WIDE = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter((one) => !one.closest(".vh") && one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 60))"""


def big_text(page):
    """The reader's own setting: text twice as big."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def test_the_clients_pages_with_text_twice_as_big(page, site, stage):
    _, proposal = asked(stage)
    user = factories.create_user(email="maria@praxis.test", full_name="Maria", language=stage.maria.language)
    stage.maria.user = user
    stage.maria.save(update_fields=["user"])
    page.set_viewport_size(PHONE)
    enter(page, site, user)
    for path in (f"/p/{link_to(proposal)}/", "/my/"):
        page.goto(f"{site}{path}")
        big_text(page)
        assert page.evaluate(TOO_WIDE) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.goto(f"{site}/p/{link_to(proposal)}/")
    big_text(page)
    assert page.locator(".confirm").bounding_box()["height"] < PHONE["height"] * 0.15


def test_pages_for_nobody_in_particular(page, site, stage):
    paths = ["/account/login/", "/account/login/code/", "/account/password/reset/", "/nowhere/", "/p/unknown/"]
    problems = {path: look_at(page, f"{site}{path}", site=site) for path in paths}
    assert problems == {path: [] for path in paths}


def test_the_pages_of_ones_own_account(page, site, stage):
    enter(page, site, stage.elena)
    paths = ["/account/password/change/", "/account/2fa/", "/account/sessions/"]
    problems = {path: look_at(page, f"{site}{path}", site=site) for path in paths}
    assert problems == {path: [] for path in paths}
