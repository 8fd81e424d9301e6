"""The pictures of docs/guide, taken anew by `make guide`: an invented practice on a fixed Tuesday, in both languages.

Not a test by its name, so that ordinary runs leave it out; tests/config/test_guide.py holds words and pictures together."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import time_machine

from clients.models import Client, User
from scheduling.demo import practice
from scheduling.models import RescheduleProposal, Session
from scheduling.states import ProposalKind, ProposalStatus
from tests.browser.cast import ATHENS, enter, link_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IMAGES = Path(__file__).resolve().parent.parent.parent / "docs/guide/img"
NOW = dt.datetime(2026, 12, 1, 13, 40, tzinfo=ATHENS)
MONDAY = dt.date(2026, 12, 7)
LOCALES = {"en": "en-GB", "el": "el-GR"}
DESK, PHONE = {"width": 1120, "height": 680}, {"width": 360, "height": 700}
FIND = {"en": "Nikos", "el": "Νίκος"}
NOTES = {
    "en": "Came with a plan for the new year. Next time: the talk with the landlord.",
    "el": "Μιλήσαμε για τα σχέδια της νέας χρονιάς. Την άλλη φορά: η συζήτηση για το σπίτι.",
}


class Camera:
    """A browser of one person in one language, whose pictures go where the guide looks for them."""

    def __init__(self, browser, site, lang, person=None, *, on=DESK):
        self.site, self.lang = site, lang
        context = browser.new_context(
            viewport=on, locale=LOCALES[lang], timezone_id="Europe/Athens", reduced_motion="reduce"
        )
        context.set_default_timeout(8000)
        self.page = context.new_page()
        self.page.clock.install(time=NOW)
        if person:
            enter(self.page, site, person)

    def go(self, path):
        self.page.goto(f"{self.site}{path}")
        return self.page

    def press(self, *selectors):
        """Press each, and wait for what the server says to it."""
        for selector in selectors:
            self.page.locator(selector).first.click()
            self.page.wait_for_load_state("networkidle")

    def take(self, name, *, of=None, tall=None):
        """The screen, or one part of it; `tall`: a screen of that height."""
        if tall:
            self.page.set_viewport_size({**self.page.viewport_size, "height": tall})
        path = IMAGES / self.lang / f"{name}.png"
        (self.page.locator(of).first if of else self.page).screenshot(path=path, animations="disabled", caret="hide")
        assert path.stat().st_size < 200_000, f"{path.name} is too heavy for a page"


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture(params=LOCALES)
def lang(request, transactional_db):
    """The practice stands, in the words of that language."""
    practice.seed(practice.SIZES["small"], number=1, now=NOW, lang=request.param)
    # Whoever reads the guide in a language reads the site in it.
    Client.objects.update(language=request.param)
    return request.param


@pytest.fixture
def coach():
    return User.objects.get(email="coach@praxis.test")


def session_on(coach, day, hour):
    """The coach's session at that hour."""
    at = dt.datetime.combine(day, dt.time(hour), tzinfo=ATHENS)
    return Session.objects.get(provider=coach, during__startswith=at, status="scheduled")


def test_the_day(browser, site, lang, coach):
    camera = Camera(browser, site, lang, coach)
    camera.go("/")
    camera.take("home")
    camera.go(f"/calendar/?date={MONDAY}")
    camera.take("week")
    camera.go("/conflicts/")
    camera.take("pending")
    camera.go("/reports/?range=quarter")
    camera.take("reports")
    phone = Camera(browser, site, lang, coach, on=PHONE)
    phone.go(f"/calendar/?view=agenda&date={MONDAY}")
    phone.take("agenda")
    camera.go("/find/?q=" + FIND[lang])
    camera.take("find", tall=560)


def test_a_session(browser, site, lang, coach):
    camera = Camera(browser, site, lang, coach)
    session = session_on(coach, NOW.date(), 13)
    page = camera.go(f"/sessions/{session.pk}/")
    page.locator("#note-body").fill(NOTES[lang])
    page.locator("#note-saved").get_by_text("13:4").wait_for()
    camera.press("form[action$='/complete/'] button")
    page.locator("form[action$='/reopen/']").wait_for()
    page.evaluate("scrollTo(0, 0)")
    camera.take("session", tall=860)
    page = camera.go(f"/sessions/{session.pk}/again/")
    page.locator("#id_times").fill("4")
    page.locator("#series-rows tbody tr").nth(3).wait_for()
    camera.take("again", of="#again", tall=900)


def test_an_hour_that_is_taken(browser, site, lang, coach):
    camera = Camera(browser, site, lang, coach)
    page = camera.go(f"/calendar/?date={MONDAY}")
    camera.press("#cal-new")
    page.locator("#id_day").fill(str(MONDAY))
    page.locator("#id_at").fill("11:00")
    page.locator("#people-q").fill(FIND[lang])
    nikos = Client.objects.get(email="nikos.georgiou@people.test")
    page.locator(f"input[name=client][value='{nikos.pk}']").check()
    page.wait_for_load_state("networkidle")
    camera.take("book", of="#dlg")
    camera.press("button[name=notify][value='1']")
    page.locator("input[name=way]").first.wait_for()
    camera.take("taken", of="#dlg", tall=760)


def test_the_settings(browser, site, lang, coach):
    camera = Camera(browser, site, lang, coach)
    page = camera.go("/settings/hours/")
    camera.take("hours")
    page.locator("#away-first").fill("2026-12-10")
    page.locator("#away-last").fill("2026-12-10")
    camera.press("#away-save")
    page.locator("#dlg fieldset").first.wait_for()
    camera.take("away", of="#dlg", tall=640)
    page = camera.go(f"/calendar/why/?day={MONDAY}&at=15:00&minutes=50")
    camera.take("why", of=".sheet")


def test_the_client(browser, site, lang, coach):
    proposal = RescheduleProposal.objects.get(status=ProposalStatus.OPEN, kind=ProposalKind.ASK_TO_MOVE)
    token = link_to(proposal)
    camera = Camera(browser, site, lang, on=PHONE)
    page = camera.go(f"/p/{token}")
    page.locator("input[name=offer]").nth(1).check()
    camera.take("answer", tall=820)
    camera.press("button[type=submit]")
    camera.take("answered")
    camera.go("/account/login/code/")
    camera.take("code", tall=480)
    camera = Camera(browser, site, lang, User.objects.get(email="client@praxis.test"), on=PHONE)
    camera.go("/my/")
    camera.take("my", tall=860)


def test_the_office(browser, site, lang):
    camera = Camera(browser, site, lang, User.objects.get(email="staff@praxis.test"))
    page = camera.go("/admin/clients/client/")
    page.locator("#result_list input.action-select").nth(2).check()
    page.locator("select[name=action]").select_option("begin_care")
    camera.take("clients")
    page.locator("button[name=index]").first.click()
    page.locator("select[name=provider]").wait_for()
    camera.take("care", tall=420)
