"""The SQL behind a calendar: everything that stands in a span of one provider's time, in one statement; and how many
wishes are open.

By hand, because they are asked for with every page, and to put them together anew takes longer than to answer."""

from __future__ import annotations

# What each kind says: id, from, to, whose, whether the coach may see whose, and what a card needs beside.  The
# sessions' conditions are those of the exclusion rule and of the index on cancelled ones, word by word, so that
# their indexes answer, and a long history costs nothing.  Who cares for a client is one row at most.
_SESSION = """
SELECT 'session' AS kind, session.id, lower(session.during) AS starts_at, upper(session.during) AS ends_at,
  client.full_name AS name, care.id IS NOT NULL AS in_care, session.status, session.title, session.arrived_at,
  session.price, session.paid_at, session.version,
  EXISTS (SELECT FROM scheduling_rescheduleproposal question
    WHERE question.session_id = session.id AND question.status = %(open)s AND question.expires_at >= %(now)s) AS asked,
  NULL::timestamptz AS until, NULL::timestamptz AS since
FROM scheduling_session session
JOIN clients_client client ON client.id = session.client_id
LEFT JOIN clients_care care
  ON care.client_id = session.client_id AND care.provider_id = %(provider)s AND care.ended_at IS NULL"""

_BOOKED = """
WHERE int8range(session.provider_id, session.provider_id, '[]') && int8range(%(provider)s, %(provider)s, '[]')
  AND session.during && %(span)s::tstzrange AND session.provider_id IS NOT NULL AND session.during IS NOT NULL
  AND session.status = ANY (%(holding)s)"""

_CANCELLED = """
WHERE session.provider_id = %(provider)s AND session.status = %(cancelled)s
  AND lower(session.during) >= lower(%(span)s::tstzrange) AND lower(session.during) < upper(%(span)s::tstzrange)"""

_HOLD = """
SELECT 'hold', offer.id, lower(offer.during), upper(offer.during), client.full_name, care.id IS NOT NULL,
  '', '', NULL, NULL, NULL, NULL, false, proposal.expires_at, NULL
FROM scheduling_rescheduleproposal proposal
JOIN scheduling_slotoffer offer ON offer.proposal_id = proposal.id
JOIN clients_client client ON client.id = proposal.recipient_id
LEFT JOIN clients_care care
  ON care.client_id = proposal.recipient_id AND care.provider_id = %(provider)s AND care.ended_at IS NULL
WHERE proposal.provider_id = %(provider)s AND proposal.status = %(open)s AND proposal.expires_at >= %(now)s
  AND offer.held AND offer.during && %(span)s::tstzrange"""

_WISH = """
SELECT 'wish', wish.id, lower(wish.wanted), upper(wish.wanted), client.full_name, true,
  '', '', NULL, NULL, NULL, NULL, false, CASE WHEN wish.held_until > %(now)s THEN wish.held_until END, wish.created_at
FROM scheduling_conflictcase wish
JOIN clients_client client ON client.id = wish.client_id
JOIN clients_care care
  ON care.client_id = wish.client_id AND care.provider_id = %(provider)s AND care.ended_at IS NULL
WHERE wish.provider_id = %(provider)s AND wish.status = %(pending)s AND wish.wanted && %(span)s::tstzrange"""

# On one line: psycopg remembers how it read a statement only up to 4096 characters.
ENTRIES = " ".join(
    "\nUNION ALL\n".join((_SESSION + _BOOKED, _SESSION + _CANCELLED, _HOLD, _WISH + "\nORDER BY since, id")).split()
)

# Whose care has ended is no longer the provider's to see.
PENDING = """
SELECT count(*) FROM scheduling_conflictcase wish
JOIN clients_care care
  ON care.client_id = wish.client_id AND care.provider_id = wish.provider_id AND care.ended_at IS NULL
WHERE wish.provider_id = %(provider)s AND wish.status = %(pending)s"""
