from __future__ import annotations

import pytest
from django.test import Client as Browser

from clients.actions.links import mint_link
from clients.models import AuditEvent, Care, Client, User
from clients.states import ClientStatus
from scheduling.actions.proposals import withdraw_proposal
from tests import factories
from tests.scheduling.views.conflict_dialog import desk, title, words
from tests.scheduling.views.proposal_link import LATER, asked, case

pytestmark = pytest.mark.django_db
__all__ = ["asked", "case", "desk"]


@pytest.mark.parametrize("token", ["x", "a" * 43, "%F0%9F%92%A9", "..%2F", "' OR 1=1"])
def test_unknown_links_are_404_alike(asked, token):
    response = asked.browser.get(f"/p/{token}/")
    assert response.status_code == 404
    assert response.content == asked.browser.get("/p/unknown/").content
    assert asked.browser.post(f"/p/{token}/", {"offer": asked.first.pk}).status_code == 404


def test_link_for_something_else_is_404(asked):
    token = mint_link("other", f"proposal:{asked.proposal.pk}", expires_at=LATER, now=factories.NOW)
    assert asked.browser.get(f"/p/{token}/").status_code == 404


def test_link_ends_after_a_while(asked, clock):
    clock.move_to(LATER)
    assert asked.browser.get(asked.url).status_code == 404


def test_token_travels_nowhere(asked, caplog):
    token = asked.url.split("/")[2]
    answers = [asked.open(), asked.answer("x"), asked.answer(asked.first), asked.answer(asked.second)]
    assert [response.status_code for response in answers] == [200, 422, 200, 409]
    for response in answers:
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store, private"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "Location" not in response
        assert token not in words(response)
    assert token not in caplog.text


def test_link_without_its_end_opens_the_same_page(asked):
    cut = asked.url.removesuffix("/")
    assert title(asked.browser.get(cut)) == title(asked.open())
    answered = asked.browser.post(cut, {"offer": asked.first.pk})
    assert (answered.status_code, answered["Referrer-Policy"]) == (200, "no-referrer")


def _archive(desk):
    Client.objects.filter(pk=desk.maria.pk).update(status=ClientStatus.ARCHIVED)


def _end_care(desk):
    Care.objects.filter(client=desk.maria).update(ended_at=factories.NOW)


def _close_account(desk):
    User.objects.filter(pk=desk.coach.pk).update(is_active=False)


@pytest.mark.parametrize("end", [_archive, _end_care, _close_account])
def test_who_cannot_meet_any_more_is_asked_to_call(asked, desk, end):
    end(desk)
    page = words(asked.open())
    assert "Please ask us about this" in page
    assert "Monday 23 November, 13:00" in page
    assert 'type="radio"' not in page
    for answer in (asked.first, "none_fits", "keep"):
        refused = asked.answer(answer)
        assert refused.status_code == 409
        assert "Your answer could not be taken" in words(refused)
        assert "archived" not in words(refused)
    assert asked.status == "open"


def test_form_needs_no_cookie(asked, desk):
    strict = Browser(enforce_csrf_checks=True)
    response = strict.post(asked.url, {"offer": asked.second.pk}, headers={"Origin": "null"})
    assert response.status_code == 200
    desk.session.refresh_from_db()
    assert desk.session.interval == asked.second.interval


def test_only_reading_and_answering(asked):
    for method in ("put", "delete", "patch", "options"):
        response = getattr(asked.browser, method)(asked.url)
        assert (response.status_code, response["Referrer-Policy"]) == (405, "no-referrer")


def test_language_is_the_clients_with_a_switch(asked, desk):
    desk.maria.language = "el"
    desk.maria.save()
    greek = asked.open()
    assert greek["Content-Language"] == "el"
    assert '<html lang="el"' in words(greek)
    assert "Δευτέρα 23 Νοεμβρίου, 13:00" in words(greek)
    assert 'href="?lang=en"' in words(greek)
    english = asked.open("?lang=en")
    assert '<html lang="en"' in words(english)
    assert 'href="?lang=el"' in words(english)
    assert '<html lang="el"' in words(asked.open("?lang=xx"))


def test_language_of_who_is_signed_in_does_not_matter(asked, desk):
    desk.coach.user.language = "el"
    desk.coach.user.save()
    assert '<html lang="en"' in words(desk.browser.get(asked.url))


def test_times_are_the_coachs_with_the_clients_own_beside(asked, desk):
    desk.maria.time_zone = "Europe/Berlin"
    desk.maria.save()
    page = words(asked.open())
    assert "<small>15:00 where you are (Berlin)</small>" in page
    assert "12:00 where you are" in page
    assert "<small>09:00 where you are</small>" in page
    assert "Athens time" in page
    desk.maria.time_zone = "Pacific/Auckland"
    desk.maria.save()
    assert "<small>Tue 24 Nov, 03:00 where you are (Auckland)</small>" in words(asked.open())


def test_answer_by_link_has_no_actor_even_when_somebody_is_signed_in(asked, desk):
    desk.browser.post(asked.url, {"offer": asked.first.pk})
    assert AuditEvent.objects.get(verb="proposal_answered").actor is None


def test_one_that_is_over_knows_what_is_newer_for_the_same_client_and_only_for_that_one(asked, desk, signed_in):
    newer = "Elena Marinou has written to you since. Open the link in the latest message."
    withdraw_proposal(asked.proposal.pk, by=desk.coach.user, now=factories.NOW)
    other = factories.create_wait(coach=desk.coach, client=desk.nikos)
    factories.create_proposal(case=other, offers=["2026-11-26 10:00"])
    assert newer not in words(asked.open())
    again = factories.create_proposal(session=desk.session, offers=["2026-11-25 10:00"])
    assert newer in words(asked.open())
    desk.maria.user = factories.create_user(email="maria@home.test")
    desk.maria.save()
    page = words(signed_in(desk.maria.user).get(f"/my/offers/{asked.proposal.pk}/"))
    assert f'<a href="/my/offers/{again.pk}/">See what is open now</a>' in page
    withdraw_proposal(again.pk, by=desk.coach.user, now=factories.NOW)
    assert newer not in words(asked.open())
