from __future__ import annotations

import re

import pytest

from scheduling import states
from tests.raw import (
    CASE,
    CHECK,
    CLIENT,
    EXPIRES,
    PROPOSAL,
    SESSION,
    booked,
    hours,
    insert,
    on_demand,
    proposed,
    update,
)

TRIGGERS = {
    "session_status_born": states.SESSION_BORN,
    "session_status_moves": states.arrows(states.SESSION_MOVES),
    "case_status_born": states.CASE_BORN,
    "case_status_moves": states.arrows(states.CASE_MOVES),
    "proposal_status_born": states.PROPOSAL_BORN,
    "proposal_status_moves": states.arrows(states.PROPOSAL_MOVES),
}


@pytest.mark.parametrize("name", TRIGGERS)
def test_trigger_allows_what_states_say(raw, name):
    definition = raw.one("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", name)
    timing, _, arguments = definition.partition(" EXECUTE FUNCTION ")
    assert sorted(re.findall(r"'([a-z_>]+)'", arguments)) == sorted(TRIGGERS[name])
    assert ("BEFORE INSERT" if name.endswith("born") else "AFTER UPDATE OF status") in timing


def test_no_status_trigger_is_without_its_states(raw):
    found = raw(r"SELECT tgname FROM pg_trigger WHERE tgname ~ '_status_(born|moves)$'").fetchall()
    ours = {name for (name,) in found if name.split("_")[0] in {"session", "case", "proposal"}}
    assert ours == set(TRIGGERS)


@pytest.mark.parametrize("status", sorted(set(states.SessionStatus) - set(states.SESSION_BORN)))
def test_session_is_born_scheduled_or_pending(raw, status):
    coach = raw.coach()
    row = booked(coach, raw.client(coach), hours()) | {"status": status}
    raw.refused(CHECK, "session_status_born", insert(SESSION, **row))


def test_case_is_born_pending_and_proposal_open(raw):
    coach = raw.coach()
    client = raw.client(coach)
    session = raw.book(coach, client)
    case = {"provider_id": coach, "client_id": client, "wanted": hours(), "blocking_session_id": session}
    for status in ("resolved", "withdrawn"):
        raw.refused(CHECK, "case_status_born", insert(CASE, **case, status=status))
    row = proposed("ask_to_move", coach, client, session=session)
    for status in ("answered", "declined", "withdrawn", "expired"):
        raw.refused(CHECK, "proposal_status_born", insert(PROPOSAL, **row, status=status))


def test_live_session_is_not_released_and_a_completed_one_is_over(raw):
    session = raw.make(SESSION, **on_demand(raw.client()))
    raw(*update(SESSION, session, status="waiting", provider_id=raw.coach()))
    done = update(SESSION, session, status="completed", started_at=EXPIRES, ended_at=EXPIRES)
    raw.refused(CHECK, "session_status_moves", done)
    raw(*update(SESSION, session, status="live", started_at=EXPIRES))
    release = update(SESSION, session, status="pending", provider_id=None)
    raw.refused(CHECK, "session_status_moves", release)
    raw(*done)
    for status, cancelled_at in (("live", None), ("waiting", None), ("cancelled", EXPIRES)):
        again = update(SESSION, session, status=status, cancelled_at=cancelled_at)
        raw.refused(CHECK, "session_status_moves", again)
    raw.refused(CHECK, "session_status_moves", release)


def test_booked_session_does_not_go_from_one_end_to_another(raw):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach))
    raw(*update(SESSION, session, status="completed"))
    raw.refused(CHECK, "session_status_moves", update(SESSION, session, status="no_show"))


def test_shape_keeps_each_kind_to_its_own_moves(raw):
    """Undo is a legal move only of booked sessions; CHECKs speak before AFTER triggers."""
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach))
    raw.refused(CHECK, "session_shape", update(SESSION, session, status="waiting"))
    asked = raw.make(SESSION, **on_demand(raw.client()))
    raw(*update(SESSION, asked, status="waiting", provider_id=coach))
    raw(*update(SESSION, asked, status="live", started_at=EXPIRES))
    raw(*update(SESSION, asked, status="completed"))
    raw.refused(CHECK, "session_shape", update(SESSION, asked, status="scheduled"))


def test_case_and_proposal_that_ended_stay_so(raw):
    coach = raw.coach()
    client = raw.client(coach)
    session = raw.book(coach, client)
    case = raw.case(coach, client, session)
    raw(*update(CASE, case, status="withdrawn"))
    raw.refused(CHECK, "case_status_moves", update(CASE, case, status="pending_resolution"))
    for status in ("withdrawn", "expired"):
        proposal = raw.ask_to_move(session, coach, client)
        raw(*update(PROPOSAL, proposal, status=status))
        raw.refused(CHECK, "proposal_status_moves", update(PROPOSAL, proposal, status="open"))


def test_status_is_known_even_with_the_triggers_off(raw):
    coach = raw.coach()
    client = raw.client(coach)
    session = raw.book(coach, client)
    case, proposal = raw.case(coach, client, session), raw.ask_to_move(session, coach, client)
    raw.commit()
    raw.as_owner()
    raw("ALTER TABLE scheduling_session DROP CONSTRAINT session_shape")  # it would speak first
    for table in (SESSION, CASE, PROPOSAL):
        raw(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    raw.refused(CHECK, "session_status_known", update(SESSION, session, status="nonsense"))
    raw.refused(CHECK, "case_status_known", update(CASE, case, status="nonsense"))
    raw.refused(CHECK, "proposal_status_known", update(PROPOSAL, proposal, status="nonsense"))
    raw.refused(CHECK, "client_status_known", update(CLIENT, client, status="nonsense"))
