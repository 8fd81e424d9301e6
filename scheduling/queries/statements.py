"""The SQL behind a calendar: everything that stands in a span of one provider's time, in one statement; and how many
questions are open, and messages unread.

By hand, because they are asked for with every page, and to put them together anew takes longer than to answer."""

from __future__ import annotations

from scheduling.sql import written
from scheduling.states import EXCLUDING, CaseStatus, MessageKind, ProposalKind, ProposalStatus, SessionStatus

# Each kind says the same of itself, so that names and care are looked up once.  The sessions' conditions are those of
# the exclusion rule and of the index on cancelled ones, word by word, so that their indexes answer, and a long history
# costs nothing.
_SESSION = """
SELECT 'session' AS kind, id, client_id, during, status, title, arrived_at, price, paid_at, version,
  NULL::timestamptz AS until, NULL::timestamptz AS since
FROM scheduling_session"""

_BOOKED = """
WHERE int8range(provider_id, provider_id, '[]') && int8range(%(provider)s, %(provider)s, '[]')
  AND during && %(span)s::tstzrange AND provider_id IS NOT NULL AND during IS NOT NULL AND status = ANY (%(holding)s)"""

_CANCELLED = """
WHERE provider_id = %(provider)s AND status = %(cancelled)s
  AND lower(during) >= lower(%(span)s::tstzrange) AND lower(during) < upper(%(span)s::tstzrange)"""

_HOLD = """
SELECT 'hold', offer.id, proposal.recipient_id, offer.during, '', '', NULL, NULL, NULL, NULL, proposal.expires_at, NULL
FROM scheduling_rescheduleproposal proposal
JOIN scheduling_slotoffer offer ON offer.proposal_id = proposal.id
WHERE proposal.provider_id = %(provider)s AND proposal.status = %(open)s AND proposal.expires_at >= %(now)s
  AND offer.held AND offer.during && %(span)s::tstzrange"""

_WISH = """
SELECT 'wish', id, client_id, wanted, '', '', NULL, NULL, NULL, NULL,
  CASE WHEN held_until > %(now)s THEN held_until END, created_at
FROM scheduling_conflictcase
WHERE provider_id = %(provider)s AND status = %(pending)s AND wanted && %(span)s::tstzrange
  AND (minutes IS NULL OR held_until > %(now)s)"""

# One care at most joins a client and a provider.  What is wished for by somebody in the care of others is not told.
_ENTRIES = """
SELECT kind, found.id, lower(during) AS starts_at, upper(during) AS ends_at, client.full_name AS name,
  care.id IS NOT NULL AS in_care, found.status, title, arrived_at, price, paid_at, version,
  kind = 'session' AND EXISTS (
    SELECT FROM scheduling_rescheduleproposal question
    WHERE question.session_id = found.id AND question.status = %(open)s AND question.expires_at >= %(now)s
  ) AS asked, until, since
FROM found JOIN clients_client client ON client.id = found.client_id
LEFT JOIN clients_care care
  ON care.client_id = found.client_id AND care.provider_id = %(provider)s AND care.ended_at IS NULL
WHERE kind <> 'wish' OR care.id IS NOT NULL
ORDER BY since, found.id"""

_FOUND = "\nUNION ALL\n".join((_SESSION + _BOOKED, _SESSION + _CANCELLED, _HOLD, _WISH))
ENTRIES = written(
    f"WITH found AS ({_FOUND}) {_ENTRIES}",
    holding=EXCLUDING,
    cancelled=SessionStatus.CANCELLED,
    open=ProposalStatus.OPEN,
    pending=CaseStatus.PENDING_RESOLUTION,
)

# Whose care has ended is no longer the provider's to see.
_WISHES = """
SELECT count(*) FROM scheduling_conflictcase wish
JOIN clients_care care
  ON care.client_id = wish.client_id AND care.provider_id = wish.provider_id AND care.ended_at IS NULL
WHERE wish.provider_id = %(provider)s AND wish.status = %(pending)s"""

# Word by word what `asks.listed` says of the questions for nobody else's sake, but for those that are only news; the
# tests hold the two together.
_ASKS = """
SELECT count(*) FROM scheduling_rescheduleproposal ask
JOIN clients_care care
  ON care.client_id = ask.recipient_id AND care.provider_id = ask.provider_id AND care.ended_at IS NULL
JOIN scheduling_session asked
  ON asked.id = ask.session_id AND asked.status = %(scheduled)s AND lower(asked.during) > %(now)s
WHERE ask.provider_id = %(provider)s AND ask.kind = %(ask)s AND ask.case_id IS NULL
  AND ask.status NOT IN (%(withdrawn)s, %(answered)s)
  AND NOT EXISTS (
    SELECT FROM scheduling_rescheduleproposal anew WHERE anew.session_id = ask.session_id AND anew.id > ask.id)
  AND NOT EXISTS (
    SELECT FROM clients_auditevent event
    WHERE event.object = 'session:' || ask.session_id AND event.verb = %(moved)s
      AND event.at > coalesce(ask.answered_at, ask.expires_at))
  AND NOT EXISTS (
    SELECT FROM clients_auditevent event
    WHERE event.object = 'proposal:' || ask.id AND event.verb = %(laid_aside)s)"""

# Likewise of `swaps.listed`: a swap is one question to two.
_SWAPS = """
SELECT count(*) FROM scheduling_rescheduleproposal one
JOIN scheduling_rescheduleproposal two ON two.id = one.twin_id AND one.id < two.id
JOIN clients_care care
  ON care.client_id = one.recipient_id AND care.provider_id = one.provider_id AND care.ended_at IS NULL
JOIN clients_care other_care
  ON other_care.client_id = two.recipient_id AND other_care.provider_id = one.provider_id
  AND other_care.ended_at IS NULL
JOIN scheduling_session first
  ON first.id = one.session_id AND first.status = %(scheduled)s AND lower(first.during) > %(now)s
JOIN scheduling_session second
  ON second.id = two.session_id AND second.status = %(scheduled)s AND lower(second.during) > %(now)s
WHERE one.provider_id = %(provider)s AND NOT (one.status = %(withdrawn)s AND two.status = %(withdrawn)s)
  AND one.status <> %(answered)s
  AND NOT EXISTS (
    SELECT FROM scheduling_rescheduleproposal anew
    WHERE anew.session_id IN (one.session_id, two.session_id) AND anew.id > two.id)
  AND NOT EXISTS (
    SELECT FROM clients_auditevent event
    WHERE event.object IN ('session:' || one.session_id, 'session:' || two.session_id) AND event.verb = %(moved)s
      AND event.at > coalesce(one.answered_at, two.answered_at, one.expires_at))
  AND NOT EXISTS (
    SELECT FROM clients_auditevent event
    WHERE event.object = 'proposal:' || one.id AND event.verb = %(laid_aside)s)"""

# What clients in care wrote and the provider has not read; the index over unread ones answers for each client.
_UNREAD = """
SELECT count(*) FROM clients_care care
JOIN scheduling_message message
  ON message.client_id = care.client_id AND message.provider_id = care.provider_id AND message.read_at IS NULL
WHERE care.provider_id = %(provider)s AND care.ended_at IS NULL
  AND message.kind = %(text)s AND message.author_id <> message.provider_id"""

# On the bell a hundred is as good as any greater number.
_NEWS = """SELECT count(*) FROM (
    SELECT FROM clients_notification WHERE user_id = %(provider)s AND read_at IS NULL LIMIT 100) AS unread"""

MENU = written(
    f"SELECT ({_WISHES}) + ({_ASKS}) + ({_SWAPS}), ({_UNREAD}), ({_NEWS})",
    text=MessageKind.TEXT,
    pending=CaseStatus.PENDING_RESOLUTION,
    ask=ProposalKind.ASK_TO_MOVE,
    scheduled=SessionStatus.SCHEDULED,
    withdrawn=ProposalStatus.WITHDRAWN,
    answered=ProposalStatus.ANSWERED,
)
