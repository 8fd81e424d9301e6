"""An hour is freed and books itself for who waits, or says why not: at the desk by keys, on the phone in Greek, and
without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.cast import enter, hour_of, link_to, sessions_of, set_stage
from tests.browser.conftest import PHONE
from tests.browser.keys import choose, press
from tests.browser.looks import look

pytestmark = pytest.mark.browser


def wish(stage):
    """Nikos waits for Maria's hour, and it books itself."""
    return factories.create_case(coach=stage.elena, client=stage.nikos, blocking=stage.marias, book_when_freed=True)


def cancel(page, site, session):
    """The coach cancels it on its page."""
    page.goto(f"{site}/sessions/{session.pk}/cancel/")
    page.locator(".dlg-foot [type=submit]").click()
    page.wait_for_url(f"{site}/calendar/**")


def signed_up(client):
    """The client with a page of their own."""
    client.user = factories.create_user(email=f"my.{client.email}", language=client.language)
    client.save(update_fields=["user"])
    return client.user


def test_at_the_desk_by_keys_the_coach_ticks_it_and_cancels_the_session_in_the_way(page, site, stage):
    enter(page, site, stage.elena)
    page.goto(f"{site}/sessions/book/?day={stage.day}&at=10:00")
    choose(page, page.get_by_role("radio", name="Nikos Georgiou"))
    press(page, page.get_by_role("button", name="Save and tell"))
    choose(page, page.get_by_role("radio", name="Ask Maria to move"))
    press(page, page.get_by_role("checkbox", name="Book Nikos automatically when 10:00 becomes free"), "Space")
    press(page, page.get_by_role("button", name="Ask Maria to move"))
    expect(page.locator("#link")).to_be_visible()
    page.goto(f"{site}/conflicts/")
    expect(page.locator(".wish")).to_contain_text("The hour books itself when it becomes free.")

    page.goto(f"{site}/sessions/{stage.marias.pk}/")
    press(page, page.locator("#session-cancel"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nikos Georgiou waits for it. The hour books itself when it becomes free.")
    press(page, dialog.get_by_role("button", name="Cancel the session"))
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("Cancelled: Maria Papadopoulou")
    expect(toast).to_contain_text("Booked: Nikos Georgiou")
    expect(toast.get_by_role("button", name="Undo")).to_have_count(0)
    assert sessions_of(stage.nikos) == [f"{stage.day} 10:00"]
    page.goto(f"{site}/calendar/?view=week&date={stage.day}")
    expect(page.locator(f".ev #at-{stage.day}-1000")).to_contain_text("Nikos")
    press(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Pending"))
    expect(page.locator("#pending")).to_contain_text("No open questions")
    press(page, page.get_by_role("link", name="Closed"))
    press(page, page.get_by_role("link", name="What happened"))
    expect(page.locator(".timeline")).to_contain_text("Resolved: Nikos Georgiou has a session")


def test_on_the_phone_in_greek_by_keys_the_client_who_was_asked_moves_away(page, site, database):
    stage = set_stage(language="el")
    proposal = factories.create_proposal(case=wish(stage), session=stage.marias, offers=[f"{stage.day} 12:00"])
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/p/{link_to(proposal)}/")
    press(page, page.locator(".slot input").first, "Space")
    press(page, page.locator(".confirm button"))
    expect(page.locator("h1")).to_have_text("Σας περιμένουμε: Τρίτη, 12:00")
    assert [hour_of(stage.marias), *sessions_of(stage.nikos)] == [f"{stage.day} 12:00", f"{stage.day} 10:00"]

    enter(page, site, signed_up(stage.nikos))
    page.goto(f"{site}/my/")
    expect(page.locator(".timer")).to_contain_text("10:00")
    assert look(page) == []

    enter(page, site, stage.elena)
    page.goto(f"{site}/calendar/?view=agenda&date={stage.day}")
    expect(page.locator(f"#d-{stage.day} li", has_text="10:00")).to_contain_text("Nikos Georgiou")
    page.goto(f"{site}/conflicts/?show=closed")
    press(page, page.locator(".wish").get_by_role("link", name="Τι έγινε"))
    expect(page.locator(".timeline")).to_contain_text("Διευθετήθηκε: υπάρχει συνεδρία για Nikos Georgiou")
    assert look(page) == []


def test_without_javascript_and_a_link_to_other_times_shows_the_hour_that_was_waited_for(plain, site, stage):
    case = wish(stage)
    offered = factories.create_proposal(case=case, offers=[f"{stage.day} 15:00"])
    enter(plain, site, stage.elena)
    cancel(plain, site, stage.marias)
    plain.goto(f"{site}/calendar/?view=week&date={stage.day}")
    expect(plain.locator(f".ev #at-{stage.day}-1000")).to_contain_text("Nikos")
    plain.goto(f"{site}/conflicts/{case.pk}/")
    expect(plain.locator(".timeline")).to_contain_text("Resolved: Nikos Georgiou has a session")
    plain.set_viewport_size(PHONE)
    plain.goto(f"{site}/p/{link_to(offered)}/")
    expect(plain.locator("main")).to_contain_text("Your session is on Tuesday")
    expect(plain.locator("main")).to_contain_text("10:00")
    expect(plain.locator("main")).not_to_contain_text("Nothing was booked for you")


def two_wishes(stage, *, language="en"):
    """Nikos waits for Maria's hour, and nothing books itself; Sofia's is ticked, but for an evening outside the hours."""
    sofia = factories.create_client(of=stage.elena, full_name="Sofia Karagianni", language=language)
    evening = factories.create_session(coach=stage.elena, client=stage.maria, at=f"{stage.day} 20:00")
    return (
        factories.create_case(coach=stage.elena, client=stage.nikos, blocking=stage.marias),
        factories.create_case(coach=stage.elena, client=sofia, blocking=evening, book_when_freed=True),
    )


def free_both(page, site, stage, wishes):
    """The coach cancels what is in the way; nothing is booked. The two cards in Pending."""
    enter(page, site, stage.elena)
    for case in wishes:
        cancel(page, site, case.blocking_session)
    assert [sessions_of(case.client) for case in wishes] == [[], []]
    page.goto(f"{site}/conflicts/")
    return [page.locator(f"#case-{case.pk}") for case in wishes]


def test_not_by_itself_one_press_books_and_what_kept_it_is_said_on_the_phone_in_greek_by_keys(page, site, database):
    stage = set_stage(language="el")
    by_hand, itself = two_wishes(stage, language="el")
    page.set_viewport_size(PHONE)
    nikos, sofia = free_both(page, site, stage, (by_hand, itself))
    expect(nikos).to_contain_text("Κρατείται για: Nikos")
    expect(nikos).not_to_contain_text("Δεν κλείστηκε μόνη της")
    expect(sofia).to_contain_text("Δεν κλείστηκε μόνη της: είναι εκτός του ωραρίου σας.")
    assert look(page) == []
    press(page, nikos.locator(".btn.primary"))
    expect(nikos).to_have_count(0)
    assert sessions_of(stage.nikos) == [f"{stage.day} 10:00"]
    press(page, sofia.locator(".btn.primary"))
    press(page, page.get_by_role("dialog").locator(".btn.primary"))
    expect(sofia).to_have_count(0)
    assert sessions_of(itself.client) == [f"{stage.day} 20:00"]
    enter(page, site, signed_up(itself.client))
    page.goto(f"{site}/my/")
    expect(page.locator(".timer")).to_contain_text("20:00")


def test_not_by_itself_without_javascript(plain, site, stage):
    wishes = two_wishes(stage)
    nikos, sofia = free_both(plain, site, stage, wishes)
    expect(sofia).to_contain_text("It did not book itself: it lies outside your hours.")
    nikos.get_by_role("button", name="Book Nikos").click()
    expect(nikos).to_have_count(0)
    sofia.get_by_role("button", name="Book Sofia").click()
    plain.get_by_role("button", name="Book it all the same").click()
    assert [sessions_of(case.client) for case in wishes] == [[f"{stage.day} 10:00"], [f"{stage.day} 20:00"]]
