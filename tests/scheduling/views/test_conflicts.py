from __future__ import annotations

import re

import pytest

from clients.models import AccessLink
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.states import CaseStatus, ProposalKind, ProposalStatus
from tests import factories
from tests.scheduling.actions.traces import everything
from tests.scheduling.views.conflict_dialog import ASK, OFFER, filled, title, words
from tests.scheduling.views.conflict_dialog import desk as desk  # noqa: PLC0414 - a fixture

pytestmark = pytest.mark.django_db

MONDAY_NOON, MONDAY_TWO = "2026-11-23T12:00+02:00", "2026-11-23T14:00+02:00"


def test_clash_answers_409_and_writes_nothing(desk):
    before = everything()
    response = desk.book()
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#dlg-body"
    assert response["HX-Trigger-After-Swap"] == "dlg:open"
    assert everything() == before


def test_clash_names_the_hour_who_has_it_and_who_wants_it(desk):
    page = words(desk.book(title="Couple"))
    assert "Monday 23 November, 13:00 is taken" in page
    assert "<b>Maria Papadopoulou</b> has it" in page
    assert "<b>Nikos Georgiou</b> wants it" in page
    assert "13:00–13:50</time>, Couple" in page


def test_clash_says_of_both_ways_what_happens(desk):
    page = words(desk.book())
    for sentence in (
        "Maria keeps 13:00. Nikos gets 5 times. No session is made.",
        "The session is booked at that time.",
        "The offer ends tomorrow, 18:00, and Pending shows it.",
        "Maria keeps 13:00 and gets 3 times. Nikos waits in Pending.",
        "Maria’s session moves; 13:00 is kept for Nikos.",
        "Everything stays as it is. The offer ends tomorrow, 18:00, and Pending shows it.",
        "Send 5 times to Nikos",
        "Ask Maria to move",
    ):
        assert sentence in page


def test_clash_ticks_five_times_for_the_wisher_and_three_for_the_one_asked(desk):
    fields = filled(desk.book())
    assert fields["offer"] == [
        MONDAY_NOON,
        MONDAY_TWO,
        "2026-11-24T13:00+02:00",
        "2026-11-25T13:00+02:00",
        "2026-11-26T13:00+02:00",
    ]
    assert fields["offer_ask"] == [MONDAY_NOON, MONDAY_TWO, "2026-11-24T13:00+02:00"]
    assert fields["session"] == [str(desk.session.pk)]
    assert fields["session_version"] == ["1"]


def test_clash_shows_each_letter_in_its_readers_language(desk):
    page = words(desk.book())
    assert 'id="letter-offer" aria-labelledby="letter-offer-h" lang="en"' in page
    assert 'id="letter-ask" aria-labelledby="letter-ask-h" lang="el"' in page
    assert "<li>Monday 23 November, 12:00</li>" in page
    assert "<li>Δευτέρα 23 Νοεμβρίου, 12:00</li>" in page


def test_clash_leads_back_with_everything_typed(desk):
    page = words(desk.book(title="First & last", notify="0"))
    back = f"/sessions/book/?client={desk.nikos.pk}&amp;day=2026-11-23&amp;at=13%3A00&amp;minutes=50"
    assert f'href="{back}&amp;title=First+%26+last&amp;notify=0"' in page


def test_clash_is_a_page_without_htmx(desk):
    response = desk.book(htmx=False)
    assert response.status_code == 409
    page = words(response)
    assert title(response) == "Monday 23 November, 13:00 is taken · Praxis"
    assert 'hx-target="#dlg-body"' not in page[page.index("<main") :]
    assert "Show what they will read" in page


def test_two_of_the_same_first_name_are_told_apart(desk):
    desk.nikos.full_name = "Maria Georgiou"
    desk.nikos.save()
    assert "Maria Papadopoulou keeps 13:00. Maria Georgiou gets 5 times." in words(desk.book())


def test_several_in_the_way_are_all_named_and_nobody_is_asked(desk):
    eleni = factories.create_client(of=desk.coach, full_name="Eleni Christou")
    factories.create_session(coach=desk.coach, client=eleni, at="2026-11-23 14:00")
    page = words(desk.book(at="13:30"))
    assert "<b>Maria Papadopoulou</b> has it" in page
    assert "<b>Eleni Christou</b> has it" in page
    assert "Several sessions are in the way." in page
    assert "Ask Maria" not in page
    assert 'formaction="/conflicts/ask/"' not in page


def test_busy_client_is_said_to_be_busy_and_never_with_whom(desk, other_coach):
    factories.create_care(client=desk.nikos, provider=other_coach.user)
    factories.create_session(coach=other_coach, client=desk.nikos, at="2026-11-23 15:00", title="Secret")
    page = words(desk.book(at="15:00"))
    assert "Monday 23 November, 15:00: Nikos is busy then" in page
    assert "It is Nikos who is busy then, so nobody can be asked to move." in page
    assert other_coach.user.full_name not in page
    assert "Secret" not in page
    assert 'formaction="/conflicts/ask/"' not in page


def test_session_that_has_begun_is_not_asked_to_move(desk):
    factories.create_session(coach=desk.coach, client=desk.maria, at="2026-11-20 10:30")
    page = words(desk.book(day="2026-11-20", at="11:00"))
    assert "The session in the way has begun or is past, so it cannot be moved." in page
    assert 'formaction="/conflicts/ask/"' not in page


def test_own_hour_leaves_nobody_to_ask(desk):
    page = words(desk.book(client=desk.maria.pk))
    assert "Monday 23 November, 13:00: Maria has a session already" in page
    assert "Maria has this hour with you already, so there is nobody else to ask." in page
    assert 'formaction="/conflicts/ask/"' not in page


def test_own_hour_opens_the_session_first_and_is_not_said_to_be_unavailable(desk):
    page = words(desk.book(client=desk.maria.pk))
    assert f'class="btn primary" href="/sessions/{desk.session.pk}/"' in page
    assert "Open Maria’s session" in page
    assert 'class="btn quiet if-offer"' in page
    assert "μη διαθέσιμη" not in page
    desk.maria.language = "en"
    desk.maria.save()
    shown = desk.book(client=desk.maria.pk)
    assert "You can choose between these times." in words(shown)
    sent = words(desk.send(OFFER, filled(shown)))
    assert "You can choose between these times." in sent
    assert "not available" not in sent
    link = re.search(r'id="link" readonly value="http://127.0.0.1:8000([^"]+)"', sent)[1]
    assert "Not available" not in words(desk.browser.get(link))


def test_hour_that_is_past_is_not_said_to_be_unavailable(desk):
    factories.create_session(coach=desk.coach, client=desk.maria, at="2026-11-20 10:30")
    page = words(desk.book(day="2026-11-20", at="10:30"))
    assert "You can choose between these times." in page
    assert "The time you asked for" not in page


def test_time_of_ones_own_has_fields_that_are_not_said_to_be_optional(desk):
    assert "optional" not in words(desk.book())


def test_offer_sends_times_and_hands_over_a_link(desk):
    fields = filled(desk.book())
    response = desk.send(OFFER, fields)
    assert response.status_code == 200
    proposal = RescheduleProposal.objects.get()
    assert (proposal.kind, proposal.recipient, proposal.status) == ("offer_times", desk.nikos, "open")
    assert proposal.offers.count() == 5
    assert Session.objects.count() == 1
    assert ConflictCase.objects.get().status == CaseStatus.PENDING_RESOLUTION
    page = words(response)
    assert "Hand this to Nikos Georgiou" in page
    link = re.search(r'id="link" readonly value="([^"]+)"', page)[1]
    assert link.startswith("http://127.0.0.1:8000/p/")
    assert f"Answer here, without a password:\n{link}" in page
    assert "<svg" in page
    assert set(response["HX-Trigger"].split('"')) >= {"calendar:changed", "pending:changed"}
    assert desk.browser.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_offer_sent_twice_is_one_offer(desk):
    fields = filled(desk.book())
    assert desk.send(OFFER, fields).status_code == 200
    assert desk.send(OFFER, fields).status_code == 200
    assert RescheduleProposal.objects.count() == 1
    assert ConflictCase.objects.count() == 1
    assert AccessLink.objects.count() == 2


def test_offer_without_htmx_answers_with_the_page_itself(desk):
    response = desk.send(OFFER, filled(desk.book(htmx=False)), htmx=False)
    assert response.status_code == 200
    assert title(response) == "The link for Nikos Georgiou · Praxis"


def test_ask_leaves_the_session_and_opens_the_case(desk):
    fields = filled(desk.book()) | {"book_when_freed": ["on"], "note_ask": ["Με συγχωρείτε."]}
    response = desk.send(ASK, fields)
    assert response.status_code == 200
    case, proposal = ConflictCase.objects.get(), RescheduleProposal.objects.get()
    assert (proposal.kind, proposal.recipient, proposal.session) == (ProposalKind.ASK_TO_MOVE, desk.maria, desk.session)
    assert (case.client, case.book_when_freed) == (desk.nikos, True)
    assert proposal.note == "Με συγχωρείτε."
    assert Session.objects.get().during == desk.session.during
    assert "Hand this to Maria Papadopoulou" in words(response)
    assert "Με συγχωρείτε." in words(response)


def test_half_that_is_not_chosen_is_ignored(desk):
    fields = filled(desk.book()) | {"offer_ask": ["rubbish"], "expires_ask": ["rubbish"], "extra_at_ask": ["99"]}
    assert desk.send(OFFER, fields).status_code == 200
    assert RescheduleProposal.objects.get().recipient == desk.nikos


def test_session_asked_before_is_said_so_and_the_wish_waits_in_line(desk):
    eleni = factories.create_client(of=desk.coach, full_name="Eleni Christou")
    first = factories.create_case(coach=desk.coach, client=eleni, blocking=desk.session)
    factories.create_proposal(session=desk.session, case=first, offers=["2026-11-24 10:00"])
    response = desk.book()
    page = words(response)
    assert "Maria has been asked before and is not asked again. Nikos waits in Pending." in page
    assert "Let Nikos wait in line" in page
    assert 'name="offer_ask"' not in page
    sent = desk.send(ASK, filled(response))
    assert sent.status_code == 204
    assert "Nikos Georgiou waits in Pending." in sent["HX-Trigger"]
    assert desk.send(ASK, filled(response)).status_code == 204
    assert ConflictCase.objects.filter(client=desk.nikos).count() == 1
    assert RescheduleProposal.objects.count() == 1


def test_hour_that_became_free_is_offered_for_booking(desk):
    fields = filled(desk.book())
    desk.session.delete()
    response = desk.send(OFFER, fields)
    page = words(response)
    assert response.status_code == 409
    assert "Monday 23 November, 13:00 is free now" in page
    assert "Book Nikos, Mon 13:00" in page
    assert desk.send("/sessions/book/", filled(response)).status_code == 204
    assert Session.objects.get().client == desk.nikos


def test_time_taken_meanwhile_is_named_and_the_rest_kept(desk):
    fields = filled(desk.book())
    eleni = factories.create_client(of=desk.coach, full_name="Eleni Christou")
    factories.create_session(coach=desk.coach, client=eleni, at="2026-11-23 14:00")
    response = desk.send(OFFER, fields)
    page = words(response)
    assert response.status_code == 409
    assert "Monday 23 November, 14:00 is not free any more." in page
    assert "Taken by Eleni Christou" in page
    assert 'id="refusal" autofocus' in page
    assert filled(response)["offer"] == fields["offer"]
    assert RescheduleProposal.objects.count() == 0


def test_session_changed_meanwhile_shows_it_anew(desk):
    fields = filled(desk.book())
    desk.session.version = 2
    desk.session.save()
    response = desk.send(ASK, fields)
    assert response.status_code == 409
    assert "This session was changed since you opened the page." in words(response)
    assert filled(response)["session_version"] == ["2"]
    assert filled(response)["way"] == ["ask"]


@pytest.mark.parametrize("name", ["session", "session_version"])
@pytest.mark.parametrize("value", [[], ["x"]])
def test_question_about_no_session_says_what_to_do(desk, name, value):
    fields = filled(desk.book())
    response = desk.send(ASK, fields | {name: value})
    assert response.status_code == 422
    assert "It was not clear which session is in the way." in words(response)
    assert "This field is required" not in words(response)
    assert filled(response)["session"] == [str(desk.session.pk)]
    assert filled(response)["session_version"] == ["1"]
    assert desk.send(ASK, filled(response)).status_code == 200


def test_another_session_in_the_way_now_is_named(desk):
    fields = filled(desk.book())
    eleni = factories.create_client(of=desk.coach, full_name="Eleni Christou")
    Session.objects.filter(pk=desk.session.pk).update(during=factories.hour("2026-11-23 09:00").as_range())
    factories.create_session(coach=desk.coach, client=eleni, at="2026-11-23 13:00")
    response = desk.send(ASK, fields)
    assert response.status_code == 409
    assert "<b>Eleni Christou</b> has it" in words(response)
    assert RescheduleProposal.objects.count() == 0


def test_archived_meanwhile_is_refused_in_words(desk):
    fields = filled(desk.book())
    desk.nikos.status = "archived"
    desk.nikos.save()
    response = desk.send(OFFER, fields)
    assert response.status_code == 422
    assert "Nikos Georgiou is archived and cannot be booked." in words(response)


def test_client_of_old_in_the_way_is_neither_named_nor_asked(desk):
    Session.objects.update(title="Secret")
    desk.maria.care.update(ended_at=factories.NOW)
    page = words(desk.book())
    assert "<b>A former client</b> has it" in page
    assert "Whoever has this hour is not in your care any more, so only the office can ask." in page
    assert "Maria" not in page
    assert "Secret" not in page
    assert 'formaction="/conflicts/ask/"' not in page


def test_archived_client_in_the_way_is_not_asked(desk):
    type(desk.maria).objects.filter(pk=desk.maria.pk).update(status="archived")
    page = words(desk.book())
    assert "<b>Maria Papadopoulou</b> has it" in page
    assert "The record of Maria Papadopoulou is archived, so nobody can be asked to move." in page
    assert 'formaction="/conflicts/ask/"' not in page


def test_whose_care_has_ended_meanwhile_is_not_asked(desk):
    fields = filled(desk.book())
    desk.maria.care.update(ended_at=factories.NOW)
    response = desk.send(ASK, fields)
    assert response.status_code == 409
    assert "This client is not in this coach’s care now." in words(response)
    assert "Maria" not in words(response)
    assert RescheduleProposal.objects.count() == 0


def test_same_wish_sent_anew_replaces_what_was_asked_for_it(desk):
    assert desk.send(ASK, filled(desk.book())).status_code == 200
    response = desk.book()
    assert "Ask Maria to move" in words(response)
    assert desk.send(ASK, filled(response)).status_code == 200
    assert list(RescheduleProposal.objects.order_by("pk").values_list("status", flat=True)) == ["withdrawn", "open"]
    assert ConflictCase.objects.count() == 1


def test_foreign_client_is_404(desk, other_coach):
    stranger = factories.create_client(of=other_coach)
    response = desk.send(OFFER, filled(desk.book()) | {"client": [str(stranger.pk)]})
    assert response.status_code == 404


def test_foreign_session_is_404(desk, other_coach):
    eleni = factories.create_client(of=other_coach)
    foreign = factories.create_session(coach=other_coach, client=eleni, at="2026-11-23 13:00")
    fields = filled(desk.book()) | {"session": [str(foreign.pk)]}
    desk.session.delete()
    assert desk.send(ASK, fields).status_code == 404
    assert desk.send(ASK, fields | {"session": ["x"]}).status_code == 404


@pytest.mark.parametrize("url", [OFFER, ASK])
def test_only_coaches_and_only_by_post(desk, signed_in, stranger, url):
    assert desk.browser.get(url).status_code == 405
    assert signed_in(stranger).post(url).status_code == 403
    assert signed_in().post(url).status_code == 302


def test_expired_question_is_no_reason_to_wait(desk):
    factories.create_proposal(
        session=desk.session, offers=["2026-11-24 10:00"], expires_at=factories.moment("2026-11-20 10:00")
    )
    assert "Ask Maria to move" in words(desk.book())
    assert desk.send(ASK, filled(desk.book())).status_code == 200
    assert list(RescheduleProposal.objects.order_by("pk").values_list("status", flat=True)) == [
        ProposalStatus.EXPIRED,
        ProposalStatus.OPEN,
    ]
