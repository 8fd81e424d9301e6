from __future__ import annotations

from tests.raw import (
    ANSWERED,
    CASE,
    CHECK,
    EXPIRES,
    LATE,
    OFFER,
    PROPOSAL,
    SESSION,
    UNIQUE,
    answer,
    booked,
    delete,
    hours,
    insert,
    proposed,
    update,
)

MESSAGE = "scheduling_message"


def test_nobody_is_reminded_of_what_is_over(raw):
    coach = raw.coach()
    wisher = raw.client(coach)
    proposal = raw.offer_times(raw.case(coach, wisher, raw.book(coach, raw.client(coach))), coach, wisher)
    raw.refused(CHECK, "reminded_in_time", update(PROPOSAL, proposal, reminded_at=LATE))
    raw(*update(PROPOSAL, proposal, reminded_at=EXPIRES))


def test_resolved_case_has_a_session_and_no_other_has(raw):
    coach = raw.coach()
    here, wisher = raw.client(coach), raw.client(coach)
    session = raw.book(coach, here)
    case = raw.case(coach, wisher, session)
    raw.refused(CHECK, "case_resolved_has_session", update(CASE, case, status="resolved"))
    raw.refused(CHECK, "case_resolved_has_session", update(CASE, case, session_id=session))


def test_case_is_resolved_by_a_session_of_its_own_two_people(raw):
    coach, other = raw.coach(), raw.coach()
    here, wisher = raw.client(coach), raw.client(coach, other)
    session = raw.book(coach, here)
    elsewhere = raw.book(other, wisher, "12:00", "12:50")
    case = raw.case(coach, wisher, session)
    raw.commit()
    for foreign in (session, elsewhere):
        raw.refused_at_commit("case_session_is_its_own", update(CASE, case, status="resolved", session_id=foreign))
    mine = raw.book(coach, wisher, "14:00", "14:50")
    raw(*update(CASE, case, status="resolved", session_id=mine))
    raw.commit()
    raw.refused_at_commit("case_session_is_its_own", delete(SESSION, mine))


def test_session_resolves_one_case(raw):
    coach = raw.coach()
    wisher = raw.client(coach)
    session = raw.book(coach, raw.client(coach))
    case, again = (raw.case(coach, wisher, session) for _ in range(2))
    mine = raw.book(coach, wisher, "14:00", "14:50")
    raw(*update(CASE, case, status="resolved", session_id=mine))
    raw.refused(UNIQUE, "case_session_once", update(CASE, again, status="resolved", session_id=mine))


def test_hour_is_held_for_pending_cases_only(raw):
    coach = raw.coach()
    case = raw.case(coach, raw.client(coach), raw.book(coach, raw.client(coach)))
    raw(*update(CASE, case, held_until=LATE))
    raw.refused(CHECK, "case_hold_is_pending", update(CASE, case, status="withdrawn"))
    raw(*update(CASE, case, status="withdrawn", held_until=None))
    raw.refused(CHECK, "case_hold_is_pending", update(CASE, case, held_until=LATE))


def test_proposal_has_the_shape_of_its_kind(raw):
    coach = raw.coach()
    here, wisher = raw.client(coach), raw.client(coach)
    session = raw.book(coach, here)
    case = raw.case(coach, wisher, session)
    for row in (
        proposed("ask_to_move", coach, here, case=case),
        proposed("offer_times", coach, wisher, case=case, session=session),
        proposed("offer_times", coach, wisher),
    ):
        raw.refused(CHECK, "proposal_shape", insert(PROPOSAL, **row))


def test_proposal_is_about_its_own_session_case_and_person(raw):
    coach, other = raw.coach(), raw.coach()
    here, wisher = raw.client(coach), raw.client(coach, other)
    session = raw.book(coach, here)
    case = raw.case(coach, wisher, session)
    raw.commit()
    asked = proposed("ask_to_move", coach, wisher, case=case, session=session)
    raw.refused_at_commit("proposal_session_is_recipients", insert(PROPOSAL, **asked))
    to_another = proposed("offer_times", coach, here, case=case)
    raw.refused_at_commit("proposal_recipient_is_wisher", insert(PROPOSAL, **to_another))
    by_another = proposed("offer_times", other, wisher, case=case)
    raw.refused_at_commit("proposal_case_is_providers", insert(PROPOSAL, **by_another))


def test_only_who_was_asked_and_said_no_keeps_the_hour(raw):
    coach = raw.coach()
    here, wisher = raw.client(coach), raw.client(coach)
    session = raw.book(coach, here)
    case = raw.case(coach, wisher, session)
    kept = {"status": "declined", "answered_at": ANSWERED, "keeps": True}
    asked, offered = raw.ask_to_move(session, coach, here), raw.offer_times(case, coach, wisher)
    raw.refused(CHECK, "kept_is_declined_ask", update(PROPOSAL, asked, keeps=True))
    raw.refused(CHECK, "kept_is_declined_ask", update(PROPOSAL, offered, **kept))
    raw(*update(PROPOSAL, asked, **kept))


def test_proposal_kind_is_known(raw):
    coach = raw.coach()
    client = raw.client(coach)
    proposal = raw.ask_to_move(raw.book(coach, client), coach, client)
    raw.commit()
    raw.as_owner()
    raw("ALTER TABLE scheduling_rescheduleproposal DROP CONSTRAINT proposal_shape")  # it would speak too
    raw.refused(CHECK, "proposal_kind_known", update(PROPOSAL, proposal, kind="beg"))


def test_one_open_proposal_for_a_case_and_for_a_session(raw):
    coach = raw.coach()
    here, wisher = raw.client(coach), raw.client(coach)
    session = raw.book(coach, here)
    case = raw.case(coach, wisher, session)
    raw.offer_times(case, coach, wisher)
    raw.ask_to_move(session, coach, here)
    again = proposed("offer_times", coach, wisher, case=case)
    raw.refused(UNIQUE, "one_open_proposal_per_case", insert(PROPOSAL, **again))
    again = proposed("ask_to_move", coach, here, session=session)
    raw.refused(UNIQUE, "one_open_proposal_per_session", insert(PROPOSAL, **again))


def test_overdue_proposal_counts_as_open_until_somebody_ends_it(raw):
    coach = raw.coach()
    client = raw.client(coach)
    session = raw.book(coach, client)
    proposal = raw.ask_to_move(session, coach, client)
    raw(*update(PROPOSAL, proposal, expires_at="2001-01-01 00:00+00"))
    again = proposed("ask_to_move", coach, client, session=session)
    raw.refused(UNIQUE, "one_open_proposal_per_session", insert(PROPOSAL, **again))
    raw(*update(PROPOSAL, proposal, status="expired"))
    raw.ask_to_move(session, coach, client)
    raw.commit()


def test_answered_proposal_has_chosen_and_no_other_has(raw):
    coach = raw.coach()
    client = raw.client(coach)
    proposal = raw.ask_to_move(raw.book(coach, client), coach, client)
    offer = raw.offer(proposal)
    raw.refused(CHECK, "answered_has_chosen", update(PROPOSAL, proposal, status="answered", answered_at=ANSWERED))
    raw.refused(CHECK, "answered_has_chosen", update(PROPOSAL, proposal, chosen_id=offer))
    raw(*answer(proposal, offer))
    raw.refused(CHECK, "answered_has_chosen", update(PROPOSAL, proposal, status="open"))


def test_answer_is_one_of_the_offers(raw):
    coach = raw.coach()
    one, other = raw.client(coach), raw.client(coach)
    proposal = raw.ask_to_move(raw.book(coach, one), coach, one)
    foreign = raw.offer(raw.ask_to_move(raw.book(coach, other, "16:00", "16:50"), coach, other))
    offer = raw.offer(proposal)
    raw.commit()
    raw.refused_at_commit("chosen_is_offered", answer(proposal, foreign))
    raw(*answer(proposal, offer))
    raw.commit()
    raw.refused_at_commit("chosen_is_offered", delete(OFFER, offer))


def test_answer_says_when_and_comes_in_time(raw):
    coach = raw.coach()
    client = raw.client(coach)
    proposal = raw.ask_to_move(raw.book(coach, client), coach, client)
    offer = raw.offer(proposal)
    for late_or_never in (LATE, None):
        raw.refused(CHECK, "answered_in_time", answer(proposal, offer, at=late_or_never))
        declined = update(PROPOSAL, proposal, status="declined", answered_at=late_or_never)
        raw.refused(CHECK, "answered_in_time", declined)
    raw.refused(CHECK, "answered_in_time", update(PROPOSAL, proposal, status="withdrawn", answered_at=ANSWERED))
    raw(*answer(proposal, offer, at=EXPIRES))  # the last instant counts
    raw.commit()


def test_answer_is_given_once(raw):
    coach = raw.coach()
    client = raw.client(coach)
    proposal = raw.ask_to_move(raw.book(coach, client), coach, client)
    chosen, other = raw.offer(proposal), raw.offer(proposal, "13:00", "13:50")
    raw(*answer(proposal, chosen))
    raw.refused(CHECK, "chosen_once", update(PROPOSAL, proposal, chosen_id=other))
    back = update(PROPOSAL, proposal, status="open", chosen_id=None, answered_at=None)
    raw.refused(CHECK, "chosen_once", back)


def test_offer_is_chosen_in_one_proposal(raw):
    coach = raw.coach()
    client = raw.client(coach)
    session = raw.book(coach, client)
    proposal = raw.ask_to_move(session, coach, client)
    offer = raw.offer(proposal)
    raw(*answer(proposal, offer))
    again = raw.ask_to_move(session, coach, client)
    raw.refused(UNIQUE, "chosen_offer_once", answer(again, offer))


def test_offer_stands_once_in_its_proposal(raw):
    coach = raw.coach()
    client = raw.client(coach)
    proposal = raw.ask_to_move(raw.book(coach, client), coach, client)
    raw.offer(proposal, "12:00", "12:50")
    raw.refused(UNIQUE, "offer_once_in_proposal", insert(OFFER, proposal_id=proposal, during=hours("12:00", "12:50")))
    raw.offer(proposal, "12:30", "13:20")  # overlapping is fine: one of them will be chosen
    raw.commit()


def test_answered_offer_means_that_the_case_is_resolved(raw):
    coach = raw.coach()
    here, wisher = raw.client(coach), raw.client(coach)
    case = raw.case(coach, wisher, raw.book(coach, here))
    proposal = raw.offer_times(case, coach, wisher)
    offer = raw.offer(proposal)
    raw.commit()
    raw.refused_at_commit("answered_offer_resolves_case", answer(proposal, offer))


def test_offer_books_one_session(raw):
    coach = raw.coach()
    here, wisher = raw.client(coach), raw.client(coach)
    proposal = raw.offer_times(raw.case(coach, wisher, raw.book(coach, here)), coach, wisher)
    offer = raw.offer(proposal)
    raw.book(coach, wisher, "12:00", "12:50", booked_from_id=offer)
    raw.commit()
    another_day = booked(coach, wisher, hours(day="2027-03-03"))
    raw.refused(UNIQUE, "offer_books_once", insert(SESSION, **another_day, booked_from_id=offer))
    raw.refused_at_commit("session_booked_from_offer", insert(SESSION, **another_day, booked_from_id=-1))


def test_message_of_a_proposal_has_it_and_no_other_has(raw):
    coach = raw.coach()
    client = raw.client(coach)
    proposal = raw.ask_to_move(raw.book(coach, client), coach, client)
    row = {"provider_id": coach, "client_id": client}
    raw.refused(CHECK, "message_kind_known", insert(MESSAGE, **row, kind="song"))
    raw.refused(CHECK, "message_proposal_shape", insert(MESSAGE, **row, kind="reschedule_proposal"))
    raw.refused(CHECK, "message_proposal_shape", insert(MESSAGE, **row, kind="text", proposal_id=proposal))
    raw.make(MESSAGE, **row, kind="reschedule_proposal", proposal_id=proposal)
    raw.commit()
    twice = insert(MESSAGE, **row, kind="reschedule_proposal", proposal_id=proposal)
    raw.refused(UNIQUE, "message_once_per_proposal", twice)


def test_message_has_words_and_the_house_signs_none(raw):
    coach = raw.coach()
    row = {"provider_id": coach, "client_id": raw.client(coach)}
    raw.refused(CHECK, "message_text_has_words", insert(MESSAGE, **row, kind="text", body="", author_id=coach))
    raw.refused(CHECK, "message_system_has_no_author", insert(MESSAGE, **row, kind="system", author_id=coach))
    raw.make(MESSAGE, **row, kind="text", body="Hello", author_id=coach)


def test_message_is_told_once(raw):
    coach = raw.coach()
    client = raw.client(coach)
    told = {"kind": "message_sent", "object": "message:1", "recipient": f"client:{client}", "version": 1}
    outbox = raw.make("clients_outboxmessage", **told)
    row = {"provider_id": coach, "client_id": client, "kind": "system", "outbox_id": outbox}
    raw.make(MESSAGE, **row)
    raw.refused(UNIQUE, "message_told_once", insert(MESSAGE, **row))


def test_deadline_of_what_is_over_stands(raw):
    coach = raw.coach()
    here = raw.client(coach)
    proposal = raw.ask_to_move(raw.book(coach, here), coach, here)
    raw(*update(PROPOSAL, proposal, expires_at=LATE))
    raw(*update(PROPOSAL, proposal, status="withdrawn"))
    raw.refused(CHECK, "proposal_deadline_stands", update(PROPOSAL, proposal, expires_at=EXPIRES))
