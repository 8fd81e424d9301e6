"""The SQL of the engine: which hours are open, what closes them, and the questions asked of the two.

Every question is one statement made of the same parts, so that no two answers can differ."""

from __future__ import annotations

from scheduling.sql import written
from scheduling.states import EXCLUDING, CaseStatus, ProposalStatus

# The local hours of each date (`midnight`), as instants.  A date with hours of its own has those alone, holiday or not;
# one that is closed has a row without times, and none here.  A stretch of clocks cuts away what the spring change
# skips and gives twice what the autumn change repeats.  No local time can say 24:00: the last minute stands for it.
_HOURS = """
WITH own AS (
  SELECT date, starts_at, ends_at FROM scheduling_availabilityoverride
  WHERE coach_id = %(coach)s AND date BETWEEN %(first_day)s AND %(last_day)s
), local_hours AS (
  SELECT date::timestamp AS midnight, starts_at, ends_at FROM own WHERE starts_at IS NOT NULL
  UNION ALL
  SELECT day.midnight, weekly.starts_at, weekly.ends_at
  FROM generate_series(%(first_day)s::timestamp, %(last_day)s::timestamp, '1 day') AS day (midnight)
  JOIN scheduling_availabilityrule weekly
    ON weekly.coach_id = %(coach)s AND weekly.weekday = extract(isodow FROM day.midnight)::int - 1
  WHERE day.midnight::date NOT IN (SELECT date FROM own UNION ALL SELECT unnest(%(holidays)s::date[]))
), hours AS (
  SELECT midnight, clock.during * tstzrange(
    (midnight + starts_at - clock.ahead) AT TIME ZONE 'UTC',
    (midnight + CASE WHEN ends_at >= '23:59' THEN interval '24:00' ELSE ends_at::interval END - clock.ahead)
      AT TIME ZONE 'UTC') AS during
  FROM local_hours CROSS JOIN unnest(%(clocks)s::tstzrange[], %(ahead)s::interval[]) AS clock (during, ahead)
), away AS (
  SELECT id, during, reason FROM scheduling_timeoff WHERE coach_id = %(coach)s AND during && %(whole_days)s::tstzrange
), open_hours AS (
  SELECT coalesce(range_agg(during), '{}') AS during FROM hours
), time_off AS (
  SELECT coalesce(range_agg(during), '{}') AS during FROM away
)"""

# What closes hours that are open: `during` is the thing itself, `closed` what it keeps others from (with the pause
# around it), `client_id` whose it is.  The sessions' conditions are those of the exclusion rules, word by word, so
# that their indexes answer and a long history costs nothing.
_CLOSED = """, closed (kind, id, client_id, during, closed, until) AS (
  SELECT 'session', id, client_id, during, tstzrange(lower(during) - %(pause)s, upper(during) + %(pause)s), NULL
  FROM scheduling_session
  WHERE int8range(provider_id, provider_id, '[]') && int8range(%(coach)s, %(coach)s, '[]')
    AND during && %(busy)s::tstzrange AND provider_id IS NOT NULL AND during IS NOT NULL
    AND status = ANY (%(holding)s) AND id <> ALL (%(ignoring)s)
  UNION ALL
  SELECT 'hold', offer.id, proposal.recipient_id, offer.during,
    tstzrange(lower(offer.during) - %(pause)s, upper(offer.during) + %(pause)s), proposal.expires_at
  FROM scheduling_rescheduleproposal proposal
  JOIN scheduling_slotoffer offer ON offer.proposal_id = proposal.id
  WHERE proposal.provider_id = %(coach)s AND proposal.status = %(open)s AND proposal.expires_at >= %(now)s
    AND offer.held AND offer.during && %(busy)s::tstzrange AND proposal.recipient_id IS DISTINCT FROM %(client)s::uuid
  UNION ALL
  SELECT 'hold', id, client_id, wanted,
    tstzrange(lower(wanted) - %(pause)s, upper(wanted) + %(pause)s), held_until
  FROM scheduling_conflictcase
  WHERE provider_id = %(coach)s AND status = %(pending)s AND held_until > %(now)s
    AND wanted && %(busy)s::tstzrange AND client_id IS DISTINCT FROM %(client)s::uuid"""

# Only with a client: of a null, `uuidrange` has no bounds and would clash with everybody.
_CLIENT = """
  UNION ALL
  SELECT 'client_busy', id, client_id, during, during, NULL
  FROM scheduling_session
  WHERE uuidrange(client_id, client_id, '[]') && uuidrange(%(client)s, %(client)s, '[]')
    AND during && %(busy)s::tstzrange AND during IS NOT NULL
    AND status = ANY (%(holding)s) AND provider_id <> %(coach)s"""

# Starts lie on the coach's step from where each opening of a date begins, whatever is booked in it.
# One row with microseconds since 1970: hundreds of instants would cost more to load than to find.
_FREE = """
), openings AS (
  SELECT unnest(range_agg(during) - (SELECT during FROM time_off)) AS during FROM hours GROUP BY midnight
), bookable AS MATERIALIZED (
  SELECT open_hours.during - time_off.during - (SELECT coalesce(range_agg(closed), '{}') FROM closed) AS during
  FROM open_hours CROSS JOIN time_off
)
SELECT coalesce(array_agg((extract(epoch FROM starts_at) * 1000000)::bigint ORDER BY starts_at), '{}')
FROM openings
CROSS JOIN generate_series(
  lower(openings.during), upper(openings.during) - interval '1 microsecond', %(step)s) AS starts_at
CROSS JOIN bookable
WHERE starts_at >= %(earliest)s AND starts_at < %(latest)s
  AND bookable.during @> tstzrange(starts_at, starts_at + %(length)s)"""

# Names only of people in the coach's care: of others, an hour says no more than that it is taken.
_WHY = """
)
SELECT 'outside_hours', NULL::bigint, lower(part), upper(part), NULL, NULL::timestamptz
FROM open_hours CROSS JOIN unnest(tstzmultirange(%(slot)s::tstzrange) - open_hours.during) AS part
UNION ALL
SELECT 'hours', NULL, lower(part), upper(part), NULL, NULL FROM open_hours CROSS JOIN unnest(open_hours.during) AS part
UNION ALL
SELECT 'no_hours', NULL, NULL, NULL, NULL, NULL
WHERE NOT EXISTS (SELECT FROM scheduling_availabilityrule WHERE coach_id = %(coach)s)
  AND NOT EXISTS (
    SELECT FROM scheduling_availabilityoverride WHERE coach_id = %(coach)s AND starts_at IS NOT NULL)
UNION ALL
SELECT 'holiday', NULL, NULL, NULL, day::text, NULL FROM unnest(%(holidays)s::date[]) AS day
WHERE day NOT IN (SELECT date FROM own)
UNION ALL
SELECT 'time_off', id, lower(during), upper(during), reason, NULL FROM away WHERE during && %(slot)s::tstzrange
UNION ALL
SELECT kind, closed.id, lower(during), upper(during), client.full_name, until
FROM closed
LEFT JOIN clients_care care
  ON care.client_id = closed.client_id AND care.provider_id = %(coach)s AND care.ended_at IS NULL
LEFT JOIN clients_client client ON client.id = care.client_id
WHERE closed && %(slot)s::tstzrange
ORDER BY 1, 3, 2"""

_OPENING = """
SELECT lower(part), upper(part)
FROM open_hours CROSS JOIN time_off
CROSS JOIN unnest((open_hours.during - time_off.during) * tstzmultirange(%(between)s::tstzrange)) AS part"""


def _statement(*parts: str) -> str:
    states = {"open": ProposalStatus.OPEN, "pending": CaseStatus.PENDING_RESOLUTION, "holding": EXCLUDING}
    return written(*parts, **states)


FREE = _statement(_HOURS, _CLOSED, _FREE)
FREE_FOR_CLIENT = _statement(_HOURS, _CLOSED, _CLIENT, _FREE)
WHY = _statement(_HOURS, _CLOSED, _WHY)
WHY_FOR_CLIENT = _statement(_HOURS, _CLOSED, _CLIENT, _WHY)
OPENING = _statement(_HOURS, _OPENING)
