"""An offer ends while its page is open on the phone: what was held is let go, and the way on is said."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from scheduling.models import RescheduleProposal, Session
from scheduling.states import ProposalStatus
from tests import factories
from tests.browser.cast import enter, hour_of, link_to, set_stage
from tests.browser.conftest import PHONE
from tests.browser.keys import press, walk_to
from tests.browser.looks import look
from tests.browser.world import asked_to_move

pytestmark = pytest.mark.browser


def offered(stage):
    """Nikos has two times to choose from, instead of Maria's hour."""
    case = factories.create_case(coach=stage.elena, client=stage.nikos, blocking=stage.marias)
    return factories.create_proposal(case=case, offers=[f"{stage.day} 12:00", f"{stage.day} 14:00"])


def time_is_over(proposal):
    """It was to be answered by a minute ago."""
    RescheduleProposal.objects.filter(pk=proposal.pk).update(
        expires_at=timezone.now() - dt.timedelta(minutes=1), created_at=timezone.now() - dt.timedelta(days=2)
    )


def open_page(page, site, proposal):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/p/{link_to(proposal)}/")


def is_over(proposal):
    proposal.refresh_from_db()
    return proposal.status == ProposalStatus.EXPIRED


def test_answer_to_an_offer_that_has_just_ended_in_greek(page, site, database):
    stage = set_stage(language="el")
    proposal = offered(stage)
    open_page(page, site, proposal)
    page.locator(".slot input").first.check()
    time_is_over(proposal)
    page.locator(".confirm button").click()
    expect(page.locator("#closed")).to_be_focused()
    expect(page.locator("h1")).to_have_text("Η πρόταση έληξε")
    assert look(page) == []
    assert is_over(proposal)
    assert not Session.objects.filter(client=stage.nikos).exists()
    # The coach reads it too, and offers the same times again.
    enter(page, site, stage.elena)
    page.goto(f"{site}/conflicts/")
    page.locator(".wish .btn.primary").first.click()
    expect(page.locator("#dlg [name=offer]:checked")).to_have_count(2)


def test_who_was_asked_to_move_too_late_keeps_the_hour_by_keys(page, site, stage):
    _case, proposal = asked_to_move(stage)
    open_page(page, site, proposal)
    walk_to(page, page.locator(".slot input").first)
    page.keyboard.press("Space")
    time_is_over(proposal)
    press(page, page.locator(".confirm button"))
    expect(page.locator("#closed")).to_be_focused()
    expect(page.locator("main")).to_contain_text("Your session, as before")
    expect(page.locator("main")).to_contain_text("Everything stays as it is.")
    assert is_over(proposal)
    assert hour_of(stage.marias) == f"{stage.day} 10:00"


def test_on_the_desk_the_calendar_holds_the_times_no_longer_and_they_are_sent_again_by_keys(page, site, stage):
    proposal = offered(stage)
    enter(page, site, stage.elena)
    page.goto(f"{site}/calendar/?view=week&date={stage.day}")
    expect(page.locator("#calendar")).to_contain_text("12:00")
    assert page.locator("#calendar .ev.hold").count() >= 2
    time_is_over(proposal)
    page.reload()
    expect(page.locator("#calendar")).to_be_visible()
    expect(page.locator("#calendar .ev.hold")).to_have_count(0)
    press(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Pending"))
    press(page, page.locator(".wish .btn.primary").first)
    expect(page.locator("#dlg [name=offer]:checked")).to_have_count(2)
    press(page, page.locator("#dlg .dlg-foot .btn.primary"))
    expect(page.locator("#link")).to_be_visible()
    assert RescheduleProposal.objects.filter(status=ProposalStatus.OPEN).count() == 1


def test_without_javascript(plain, site, stage):
    proposal = offered(stage)
    open_page(plain, site, proposal)
    plain.locator(".slot input").first.check()
    time_is_over(proposal)
    plain.locator(".confirm button").click()
    expect(plain.locator("h1")).to_have_text("This offer has ended")
    expect(plain.locator("main")).to_contain_text("You lose nothing")
    assert is_over(proposal)
