"""Whether every deed is whole: the row, its audit event and its message, asked in plain SQL."""

from __future__ import annotations

from tests.races import truth

_OURS = "(SELECT client_id FROM clients_care WHERE provider_id = ANY(%s))"
_HALF = {
    "a booking without one audit event": f"""
        SELECT count(*) FROM scheduling_session session WHERE client_id IN {_OURS} AND 1 <> (
          SELECT count(*) FROM clients_auditevent WHERE verb = 'session_booked' AND object = 'session:' || session.id)""",
    "a booking without one message": f"""
        SELECT count(*) FROM scheduling_session session WHERE client_id IN {_OURS} AND 1 <> (
          SELECT count(*) FROM clients_outboxmessage WHERE kind = 'session_booked' AND object = 'session:' || session.id)""",
    "a move or cancellation without one audit event and one message": f"""
        SELECT count(*) FROM scheduling_session session CROSS JOIN generate_series(2, version) AS made
        WHERE client_id IN {_OURS} AND (1, 1) <> (
          (SELECT count(*) FROM clients_auditevent
           WHERE object = 'session:' || session.id AND (facts ->> 'version')::int = made),
          (SELECT count(*) FROM clients_outboxmessage
           WHERE object = 'session:' || session.id AND version = made AND kind <> 'session_booked'))""",
    "an offer without its time, letter, audit event and message": f"""
        SELECT count(*) FROM scheduling_rescheduleproposal proposal WHERE recipient_id IN {_OURS} AND (1, 1, 1, 1) <> (
          (SELECT count(*) FROM scheduling_slotoffer WHERE proposal_id = proposal.id),
          (SELECT count(*) FROM scheduling_message WHERE proposal_id = proposal.id),
          (SELECT count(*) FROM clients_auditevent WHERE verb = 'times_offered' AND object = 'proposal:' || proposal.id),
          (SELECT count(*) FROM clients_outboxmessage
           WHERE kind = 'times_offered' AND object = 'proposal:' || proposal.id))""",
    "an answer without its audit event, message and resolved case": f"""
        SELECT count(*) FROM scheduling_rescheduleproposal proposal
        WHERE recipient_id IN {_OURS} AND status = 'answered' AND (1, 1, 1) <> (
          (SELECT count(*) FROM clients_auditevent
           WHERE verb = 'proposal_answered' AND object = 'proposal:' || proposal.id),
          (SELECT count(*) FROM clients_outboxmessage
           WHERE kind = 'proposal_answered' AND object = 'proposal:' || proposal.id),
          (SELECT count(*) FROM clients_auditevent WHERE verb = 'case_resolved' AND object = 'case:' || case_id))""",
    "a wish without its audit event": f"""
        SELECT count(*) FROM scheduling_conflictcase wish WHERE client_id IN {_OURS} AND 1 <> (
          SELECT count(*) FROM clients_auditevent WHERE verb = 'case_opened' AND object = 'case:' || wish.id)""",
    "something written down of what is not there": """
        SELECT count(*) FROM clients_auditevent event WHERE actor_id = ANY(%s) AND object LIKE 'session:%%'
          AND NOT EXISTS (SELECT FROM scheduling_session WHERE 'session:' || id = event.object)""",
    "a form that was carried out, but not": """
        SELECT count(*) FROM clients_submittedform WHERE who IN (SELECT 'user:' || unnest(%s))
          AND NOT EXISTS (SELECT FROM scheduling_session WHERE id = (answer ->> 'session')::bigint)
          AND NOT EXISTS (SELECT FROM scheduling_rescheduleproposal WHERE id = (answer ->> 'proposal')::bigint)""",
}


def halves(writers):
    """What the writers' coaches have done by half, with how often."""
    coaches = sorted({writer.coach.user.pk for writer in writers})
    return {what: number for what, sql in _HALF.items() if (number := truth.one(sql, coaches))}
