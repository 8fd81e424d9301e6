"""The SQL of the reports: one statement a question, each over one coach's rows."""

from __future__ import annotations

# Both are joined, met, and only then cut at the hours of the coach's clock: one walk over each, however many there
# are.  The conditions on sessions are the exclusion rule's own, so that its index answers.  A stretch of clocks says
# how far they are ahead of UTC; the hour that autumn repeats counts twice, the one that spring skips does not exist.
LOAD = """
WITH clocks AS (
  SELECT tstzrange(starts_at, ends_at) AS during, ahead
  FROM unnest(%(clock_starts)s::timestamptz[], %(clock_ends)s::timestamptz[], %(clock_ahead)s::interval[])
    AS clock (starts_at, ends_at, ahead)
), opened AS (
  SELECT coalesce(range_agg(tstzrange(starts_at, ends_at)), '{}') AS during
  FROM unnest(%(open_starts)s::timestamptz[], %(open_ends)s::timestamptz[]) AS each (starts_at, ends_at)
), booked AS (
  SELECT coalesce(range_agg(during * %(span)s::tstzrange), '{}') AS during FROM scheduling_session
  WHERE int8range(provider_id, provider_id, '[]') && int8range(%(provider)s, %(provider)s, '[]')
    AND during && %(span)s::tstzrange AND provider_id IS NOT NULL AND during IS NOT NULL
    AND status = ANY (%(holding)s)
), pieces AS (
  SELECT 'open' AS kind, unnest(during) AS during FROM opened
  UNION ALL SELECT 'booked', unnest(booked.during * opened.during) FROM booked CROSS JOIN opened
  UNION ALL SELECT 'outside', unnest(booked.during - opened.during) FROM booked CROSS JOIN opened
), wall AS (
  SELECT kind, lower(pieces.during * clocks.during) AT TIME ZONE 'UTC' + ahead AS starts_at,
    upper(pieces.during * clocks.during) AT TIME ZONE 'UTC' + ahead AS ends_at
  FROM pieces JOIN clocks ON pieces.during && clocks.during
), hours AS (
  SELECT kind, hour, least(ends_at, hour + interval '1 hour') - greatest(starts_at, hour) AS length
  FROM wall CROSS JOIN LATERAL generate_series(
    date_trunc('hour', starts_at), ends_at - interval '1 microsecond', '1 hour') AS hour
)
SELECT kind, date_trunc('week', hour)::date AS week, extract(isodow FROM hour)::int - 1 AS weekday,
  extract(hour FROM hour)::int AS hour, (extract(epoch FROM sum(length)) / 60)::float AS minutes
FROM hours
GROUP BY GROUPING SETS (
  (kind, date_trunc('week', hour)::date), (kind, extract(isodow FROM hour)::int - 1, extract(hour FROM hour)::int))
"""

MISSED = """
SELECT width_bucket(lower(during), %(months)s::timestamptz[]) AS month,
  count(*) FILTER (WHERE status = %(completed)s), count(*) FILTER (WHERE status = %(no_show)s)
FROM scheduling_session
WHERE int8range(provider_id, provider_id, '[]') && int8range(%(provider)s, %(provider)s, '[]')
  AND during && %(span)s::tstzrange AND provider_id IS NOT NULL AND during IS NOT NULL
  AND status = ANY (%(holding)s) AND status IN (%(completed)s, %(no_show)s) AND lower(during) <@ %(span)s::tstzrange
GROUP BY 1
"""

# What was taken back, or can still be answered, says nothing of how people answer.
OFFERS = """
WITH told AS (
  SELECT kind, CASE WHEN status = %(open)s AND expires_at < %(now)s THEN %(expired)s ELSE status END AS status,
    CASE WHEN answered_at IS NOT NULL THEN greatest(answered_at - created_at, interval '0') END AS took
  FROM scheduling_rescheduleproposal
  WHERE provider_id = %(provider)s AND created_at <@ %(span)s::tstzrange
)
SELECT kind, count(*) FILTER (WHERE status = %(answered)s), count(*) FILTER (WHERE status = %(declined)s),
  count(*) FILTER (WHERE status = %(expired)s), count(*) FILTER (WHERE status IN (%(open)s, %(withdrawn)s)),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.9) WITHIN GROUP (ORDER BY took)
FROM told
GROUP BY GROUPING SETS ((kind), ())
"""
