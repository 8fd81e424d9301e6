"""Two clients are asked to swap, and both say yes on the phone: in Greek, by keys, and without JavaScript."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from scheduling.models import RescheduleProposal
from tests import factories
from tests.browser.cast import enter, hour_of, link_to, set_stage
from tests.browser.conftest import DESK, PHONE
from tests.browser.keys import choose, press
from tests.browser.looks import look

pytestmark = pytest.mark.browser


def tomorrows(stage):
    """Nikos has Wednesday at 16:00; Maria has Tuesday at 10:00."""
    return factories.create_session(
        coach=stage.elena, client=stage.nikos, at=f"{stage.day + dt.timedelta(days=1)} 16:00"
    )


def say_yes(page, site, proposal):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/p/{link_to(proposal)}/")
    page.locator(f"[name=offer][value='{proposal.offers.get().pk}']").check()
    page.locator(".confirm button").click()


def say_by_keys(page, site, proposal, value):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/p/{link_to(proposal)}/")
    choose(page, page.locator(f"[name=offer][value='{value}']"))
    press(page, page.locator(".confirm button"))


def questions():
    return RescheduleProposal.objects.order_by("pk")


def test_the_way_out_is_in_sight_however_many_there_are(page, site, stage):
    for day in range(1, 5):
        factories.create_session(
            coach=stage.elena, client=stage.nikos, at=f"{stage.day + dt.timedelta(days=day)} 16:00"
        )
    enter(page, site, stage.elena)
    page.set_viewport_size({"width": 360, "height": 400})
    page.goto(f"{site}/sessions/{stage.marias.pk}/")
    page.locator("#session-swap").click()
    expect(page.locator("#dlg .dlg-foot a")).to_be_in_viewport(ratio=1)


def test_both_are_asked_and_swap_with_the_second_yes_in_greek(page, site, database):
    stage = set_stage(language="el")
    nikoss = tomorrows(stage)
    enter(page, site, stage.elena)
    page.goto(f"{site}/sessions/{stage.marias.pk}/")
    page.locator("#session-swap").click()
    page.locator(f"#swap-with-{nikoss.pk}").click()
    expect(page.get_by_role("dialog")).to_contain_text("Να ανταλλάξουν ώρες;")
    assert look(page) == []
    page.locator("#swap-ask").click()
    expect(page.locator("#toasts")).to_contain_text("Στάλθηκε ερώτηση για: Maria Papadopoulou και Nikos Georgiou.")
    expect(page.locator(".wish h2")).to_have_text("Maria Papadopoulou και Nikos Georgiou: ζητήθηκε ανταλλαγή ώρας")
    first, second = questions()
    say_yes(page, site, first)
    expect(page.locator("h1")).to_have_text("Ευχαριστούμε, είπατε ναι")
    assert look(page) == []
    assert hour_of(stage.marias) == f"{stage.day} 10:00"
    say_yes(page, site, second)
    expect(page.locator("h1")).to_contain_text("Τρίτη, 10:00")
    assert hour_of(stage.marias) == f"{stage.day + dt.timedelta(days=1)} 16:00"
    assert hour_of(nikoss) == f"{stage.day} 10:00"


def test_by_keys_alone_on_the_desk_and_a_no_leaves_all_as_it_is(page, site, stage):
    nikoss = tomorrows(stage)
    enter(page, site, stage.elena)
    page.goto(f"{site}/sessions/{stage.marias.pk}/")
    press(page, page.locator("#session-swap"))
    press(page, page.locator(f"#swap-with-{nikoss.pk}"))
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#dlg-t")).to_have_text("Swap the two?")
    press(page, dialog.locator("#swap-ask"))
    expect(page.locator("#toasts")).to_contain_text("are asked. Hand each the link.")
    assert page.evaluate("document.activeElement !== document.body")
    marias, nikos = questions()
    say_by_keys(page, site, marias, marias.offers.get().pk)
    expect(page.locator("h1")).to_have_text("Thank you, you said yes")
    say_by_keys(page, site, nikos, "keep")
    expect(page.locator("main")).to_contain_text("stays on")
    page.set_viewport_size(DESK)
    page.goto(f"{site}/conflicts/")
    expect(page.locator(".wish")).to_contain_text("Nikos would rather keep the hour.")
    assert [hour_of(stage.marias), hour_of(nikoss)] == [
        f"{stage.day} 10:00",
        f"{stage.day + dt.timedelta(days=1)} 16:00",
    ]


def test_swapped_at_once_the_week_shows_it(page, site, stage):
    nikoss = tomorrows(stage)
    enter(page, site, stage.elena)
    page.goto(f"{site}/sessions/{stage.marias.pk}/")
    page.locator("#session-swap").click()
    page.locator(f"#swap-with-{nikoss.pk}").click()
    page.locator("#swap-now").click()
    expect(page.locator("#toasts")).to_contain_text("Maria Papadopoulou and Nikos Georgiou have swapped.")
    expect(page.locator(".page-head")).to_contain_text("16:00")
    assert hour_of(nikoss) == f"{stage.day} 10:00"


def test_without_javascript(plain, site, stage):
    nikoss = tomorrows(stage)
    enter(plain, site, stage.elena)
    plain.goto(f"{site}/sessions/{stage.marias.pk}/")
    plain.locator("#session-swap").click()
    plain.locator(f"#swap-with-{nikoss.pk}").click()
    plain.locator("#swap-ask").click()
    expect(plain.locator("main")).to_contain_text("were asked to swap")
    for proposal in questions():
        say_yes(plain, site, proposal)
    assert hour_of(nikoss) == f"{stage.day} 10:00"
