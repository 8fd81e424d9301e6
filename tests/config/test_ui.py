import re
from pathlib import Path

import pytest

from config.pages.templatetags import look
from scheduling.queries.cards import Shown
from tests import factories

pytestmark = pytest.mark.django_db

CSS = "".join((Path("static/css") / name).read_text() for name in ("app.css", "rooms.css"))


def test_builders_see_every_status_and_every_icon(signed_in, staff):
    page = signed_in(staff).get("/_ui/").content.decode()
    assert {status for status in look.STATUS_ICONS if f'data-status="{status}"' not in page} == set()
    assert {tone for tone in look.TONE_ICONS if f'data-tone="{tone}"' not in page} == set()
    symbols = set(re.findall(r'<symbol id="([\w-]+)"', Path("static/img/icons.svg").read_text()))
    assert symbols - set(re.findall(r"icons\.svg#([\w-]+)", page)) == set()
    assert "Κλειδωμένη" in page


def test_the_calendar_shows_every_status_drawn_by_its_own_pen(signed_in, staff):
    page = signed_in(staff).get("/_ui/").content.decode()
    grid = page[page.index('<div class="week') : page.index('<table class="month"')]
    assert {each for each in Shown if f'data-status="{each}"' not in grid} == set()
    for part in ('class="ev hold', 'class="free', 'class="block', 'class="open', 'class="now', "lane-2", "is-off"):
        assert part in grid


def test_what_can_be_done_follows_the_moment(signed_in, staff):
    page = signed_in(staff).get("/_ui/").content.decode()
    assert [page.count(f'action="/sessions/{number}/complete/"') for number in (15, 11, 9)] == [0, 1, 0]
    assert page.count('aria-pressed="true"') >= 3


def test_every_button_of_the_stylesheet_is_shown(signed_in, staff):
    page = signed_in(staff).get("/_ui/").content.decode()
    shown = {name for names in re.findall(r'class="btn ([\w -]+)"', page) for name in names.split()}
    assert set(re.findall(r"\.btn\.([\w-]+)", CSS)) - {"flush", "wide-btn", "find-link"} <= shown


def test_the_dialog_is_a_part_with_htmx_and_a_page_without(signed_in, staff):
    browser = signed_in(staff)
    part = browser.get("/_ui/dialog/", headers={"HX-Request": "true"})
    assert part["HX-Trigger-After-Swap"] == "dlg:open"
    assert "<html" in browser.get("/_ui/dialog/").content.decode()
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("path", ["/_ui/", "/_ui/dialog/"])
def test_nobody_else_finds_it(signed_in, coach, client_user, path):
    assert [signed_in(who).get(path).status_code for who in (None, coach, client_user)] == [404, 404, 404]


def test_whoever_runs_the_site_with_debug_finds_it(signed_in, coach, settings):
    settings.DEBUG = True
    assert signed_in(coach).get("/_ui/").status_code == 200
    assert factories.create_user().is_staff is False
