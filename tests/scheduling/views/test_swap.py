from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client as Visitor

from clients.actions.links import mint_link
from config.kernel import time
from scheduling.access import PROPOSAL_LINK
from scheduling.models import RescheduleProposal, Session
from scheduling.states import ProposalStatus
from tests import factories
from tests.factories import hour, moment
from tests.scheduling.views.conflict_dialog import HTMX, Desk, words

pytestmark = pytest.mark.django_db
TEN, FIVE = "2026-11-24 10:00", "2026-11-25 17:00"


@pytest.fixture
def desk(coach, signed_in):
    """Maria, who reads English here, comes on Tuesday at 10:00."""
    desk = Desk(coach, signed_in(coach))
    client = factories.create_client(of=coach, full_name="Maria Ioannou")
    desk.session = factories.create_session(coach=coach, client=client, at=TEN)
    return desk


@pytest.fixture
def oksana(desk):
    client = factories.create_client(of=desk.coach, full_name="Oksana Kovalenko")
    return factories.create_session(coach=desk.coach, client=client, at=FIVE)


@pytest.fixture
def address(desk):
    """Where Maria's session, on Tuesday at 10:00, is swapped."""
    return f"/sessions/{desk.session.pk}/swap/"


def form(desk, other, how="ask", **fields):
    return {
        "with": other.pk,
        "version": 1,
        "other_version": 1,
        "how": how,
        "expires": moment("2026-11-22 18:00").isoformat(),
        "note": "Please",
        "form_key": "k",
        **fields,
    }


def send(desk, address, other, **fields):
    return desk.browser.post(address, form(desk, other, **fields), headers=HTMX)


def link(proposal):
    token = mint_link(
        PROPOSAL_LINK, f"proposal:{proposal.pk}", expires_at=moment("2026-12-24 10:00"), now=time.now(), by=None
    )
    return f"/p/{token}/"


def asked(desk, address, other):
    assert send(desk, address, other).status_code == 204
    return RescheduleProposal.objects.order_by("pk")


def say(proposal, yes=True):
    offer = proposal.offers.get().pk if yes else "keep"
    return Visitor().post(link(proposal), {"offer": offer})


def where(*sessions):
    return [Session.objects.get(pk=each.pk).interval for each in sessions]


def test_page_of_a_session_leads_to_it_and_names_the_others_that_come(desk, oksana, address):
    assert f'href="{address}"' in words(desk.browser.get(f"/sessions/{desk.session.pk}/"))
    own = factories.create_session(coach=desk.coach, client=desk.session.client, at="2026-11-26 12:00")
    page = words(desk.browser.get(address))
    assert f"?with={oksana.pk}" in page
    assert f"?with={own.pk}" not in page


def test_who_has_to_answer_already_is_named_but_not_to_be_chosen(desk, oksana, address):
    proposal = factories.create_proposal(session=oksana)
    page = words(desk.browser.get(address))
    assert f"?with={oksana.pk}" not in page
    assert "Oksana Kovalenko" in page
    assert "Asked, no answer yet" in page
    RescheduleProposal.objects.filter(pk=proposal.pk).update(expires_at=time.now() - dt.timedelta(seconds=1))
    assert f"?with={oksana.pk}" in words(desk.browser.get(address))


def test_another_day_has_its_own_sessions(desk, oksana, address):
    assert f"?with={oksana.pk}" in words(desk.browser.get(f"{address}?day=2026-11-25"))
    page = words(desk.browser.get(f"{address}?day=2026-11-26"))
    assert "nobody else has a session" in page
    assert desk.browser.get(f"{address}?day=soon").status_code == 200


def test_both_changes_and_both_letters_are_shown_before(desk, oksana, address):
    page = words(desk.browser.get(f"{address}?with={oksana.pk}", headers=HTMX))
    assert "Oksana Kovalenko" in page
    assert "Would you swap your session with somebody else’s? It is now on: Tuesday 24 November" in page
    assert "Neither is told who the other is." in page


def test_swap_at_once(desk, oksana, address):
    response = send(desk, address, oksana, how="now", expires="")
    assert response.status_code == 204
    assert "have swapped" in response["HX-Trigger"]
    assert where(desk.session, oksana) == [hour(FIVE), hour(TEN)]


def test_both_are_asked_and_the_card_says_how_it_stands(desk, oksana, address):
    first, second = asked(desk, address, oksana)
    page = words(desk.browser.get("/conflicts/"))
    assert "Maria Ioannou and Oksana Kovalenko were asked to swap" in page
    assert "Link for Oksana" in page
    assert say(second).status_code == 200
    page = words(desk.browser.get("/conflicts/"))
    assert "Oksana said yes." in page
    assert "Link for Oksana" not in page
    assert "Link for Maria" in words(desk.browser.get(f"/sessions/{oksana.pk}/"))
    say(first)
    page = words(desk.browser.get("/conflicts/"))
    assert "have swapped" in page
    # Nothing sends mail yet, and nobody must think so.
    assert "Both said yes, and both are told their new time." in page
    assert where(desk.session, oksana) == [hour(FIVE), hour(TEN)]


def test_client_is_not_told_who_the_other_is(desk, oksana, address):
    for proposal in asked(desk, address, oksana):
        other = oksana.client if proposal.recipient != oksana.client else desk.session.client
        pages = [Visitor().get(link(proposal)), say(proposal), Visitor().get(link(proposal))]
        for page in pages:
            assert not re.search(f"{other.first_name}|{other.email}", page.content.decode())


def test_yes_is_thanked_for_and_can_be_taken_back(desk, oksana, address):
    first, second = asked(desk, address, oksana)
    page = words(say(first))
    assert "Thank you, you said yes" in page
    assert "I would rather keep my time after all" in page
    page = words(say(first, yes=False))
    assert "Your session stays on" in page
    page = words(Visitor().get(link(second)))
    assert "The swap does not take place" in page
    page = words(desk.browser.get("/conflicts/"))
    assert "Maria would rather keep the hour." in page


def test_second_yes_shows_the_new_time(desk, oksana, address):
    first, second = asked(desk, address, oksana)
    say(first)
    page = words(say(second))
    assert "Your session moved from Wednesday 25 November, 17:00 to" in page
    assert "Tuesday 24 November, 10:00" in page
    assert "See you on Wednesday, 17:00" in words(Visitor().get(link(first)))


def test_answer_that_is_none_is_asked_for_again(desk, oksana, address):
    first, _ = asked(desk, address, oksana)
    response = Visitor().post(link(first), {})
    assert response.status_code == 422
    assert "Would you swap your time?" in words(response)


def test_client_finds_the_question_on_the_own_page(desk, oksana, address):
    user = factories.create_user(email="oksana@praxis.test")
    oksana.client.user = user
    oksana.client.save()
    _, second = asked(desk, address, oksana)
    browser = Visitor()
    browser.force_login(user)
    assert "would you swap Wednesday 25 November?" in words(browser.get("/my/"))
    browser.post(f"/my/offers/{second.pk}/", {"offer": second.offers.get().pk})
    assert "You would swap Wednesday" in words(browser.get("/my/"))


def test_withdrawn_by_the_page_of_either(desk, oksana, address):
    first, _ = asked(desk, address, oksana)
    response = desk.browser.post(f"/sessions/{oksana.pk}/ask/withdraw/", headers=HTMX)
    assert response.status_code == 204
    first.refresh_from_db()
    assert first.status == ProposalStatus.WITHDRAWN
    assert "were asked to swap" not in words(desk.browser.get("/conflicts/"))


def test_who_keeps_the_hour_is_laid_aside(desk, oksana, address):
    first, _ = asked(desk, address, oksana)
    say(first, yes=False)
    response = desk.browser.post(f"/sessions/{desk.session.pk}/ask/done/", {"ask": first.pk}, headers=HTMX)
    assert response.status_code == 204
    assert "will not swap" not in words(desk.browser.get("/conflicts/"))


class TestRefused:
    def test_what_changed_meanwhile_is_shown_as_it_is_now(self, desk, oksana, address):
        Session.objects.filter(pk=oksana.pk).update(during=hour("2026-11-26 12:00").as_range(), version=2)
        response = send(desk, address, oksana)
        assert response.status_code == 409
        assert "Thu 26 Nov, 12:00" in words(response)
        assert not RescheduleProposal.objects.exists()

    def test_what_is_in_the_way_is_named_before_anything_is_sent(self, desk, address):
        client = factories.create_client(of=desk.coach)
        long = factories.create_session(coach=desk.coach, client=client, at="2026-11-25 14:00", minutes=110)
        factories.create_session(coach=desk.coach, client=factories.create_client(of=desk.coach), at="2026-11-24 11:00")
        page = desk.browser.get(f"{address}?with={long.pk}", headers=HTMX)
        assert page.status_code == 409
        assert "Ask both" not in words(page)
        assert send(desk, address, long, how="now").status_code == 409
        assert where(long) == [hour("2026-11-25 14:00", minutes=110)]

    @pytest.mark.parametrize(
        "fields", [{"how": "perhaps"}, {"version": "x"}, {"expires": ""}, {"note": "x" * 1001}, {"expires": "soon"}]
    )
    def test_what_is_not_filled_in_well(self, desk, oksana, address, fields):
        response = send(desk, address, oksana, **fields)
        assert response.status_code == 422
        assert "Swap the two?" in words(response)
        assert not RescheduleProposal.objects.exists()

    @pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1", "²"])
    def test_sessions_that_are_none(self, desk, address, number):
        assert desk.browser.get(f"{address}?with={number}").status_code == 404

    def test_sessions_of_another_coach(self, desk, address):
        other = factories.create_coach()
        theirs = factories.create_session(coach=other, client=factories.create_client(of=other), at=FIVE)
        assert desk.browser.get(f"{address}?with={theirs.pk}").status_code == 404
        assert desk.browser.post(f"/sessions/{theirs.pk}/swap/", form(desk, desk.session)).status_code == 404

    def test_a_swap_that_not_both_agreed_to(self, desk, oksana, address):
        first, _ = asked(desk, address, oksana)
        response = desk.browser.post(f"/conflicts/swaps/{first.pk}/", headers=HTMX)
        assert response.status_code == 409
        assert "Not both have said yes." in words(response)

    def test_the_accept_address_is_for_swaps_of_ones_own_alone(self, desk, oksana, address):
        first, _ = asked(desk, address, oksana)
        plain = factories.create_proposal(
            session=factories.create_session(
                coach=desk.coach, client=factories.create_client(of=desk.coach), at="2026-11-26 12:00"
            ),
            offers=["2026-11-26 14:00"],
        )
        assert desk.browser.post(f"/conflicts/swaps/{plain.pk}/").status_code == 404
        stranger = Visitor()
        stranger.force_login(factories.create_coach().user)
        assert stranger.post(f"/conflicts/swaps/{first.pk}/").status_code == 404


def test_both_agreed_and_something_in_the_way_is_said_and_swapped_later(desk, address):
    client = factories.create_client(of=desk.coach, full_name="Oksana Kovalenko")
    long = factories.create_session(coach=desk.coach, client=client, at="2026-11-25 14:00", minutes=110)
    first, second = asked(desk, address, long)
    say(first)
    third = factories.create_session(
        coach=desk.coach, client=factories.create_client(of=desk.coach), at="2026-11-24 11:00"
    )
    assert "Thank you, you said yes" in words(say(second))
    page = words(desk.browser.get("/conflicts/"))
    assert "Maria Ioannou would swap with Oksana Kovalenko" in page
    assert "This hour is taken." in page
    Session.objects.filter(pk=third.pk).delete()
    assert "they can swap now" in words(desk.browser.get("/conflicts/"))
    assert desk.browser.post(f"/conflicts/swaps/{first.pk}/", headers=HTMX).status_code == 204
    assert where(desk.session, long) == [hour("2026-11-25 14:00"), hour(TEN, minutes=110)]


def test_without_script_every_step_is_a_page(desk, oksana, address):
    page = words(desk.browser.get(f"{address}?with={oksana.pk}"))
    assert "<!doctype html>" in page.lower()
    response = desk.browser.post(address, form(desk, oksana))
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{desk.session.pk}/")


def test_menu_counts_a_swap_once(desk, oksana, address):
    from scheduling.queries.counts import pending_count
    from scheduling.queries.swaps import listed

    first, _ = asked(desk, address, oksana)
    now = time.now()
    assert pending_count(desk.coach.user, now=now) == listed(desk.coach.user, now=now).count() == 1
    say(first, yes=False)
    assert pending_count(desk.coach.user, now=now) == listed(desk.coach.user, now=now).count() == 1
    desk.browser.post(f"/sessions/{desk.session.pk}/ask/done/", {"ask": first.pk})
    assert pending_count(desk.coach.user, now=now) == listed(desk.coach.user, now=now).count() == 0


def test_a_move_onto_the_hour_of_another_leads_to_the_swap_of_the_two(desk, oksana, address):
    move = {"day": "2026-11-25", "at": "17:00", "minutes": 50, "version": 1}
    response = desk.browser.post(f"/sessions/{desk.session.pk}/move/", move, headers=HTMX)
    assert response.status_code == 409
    assert f'href="{address}?with={oksana.pk}"' in words(response)
    assert "Swap with Oksana Kovalenko…" in words(response)
