"""What the worker does for the worker itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from clients.actions.records import SOON

if TYPE_CHECKING:
    from procrastinate import JobContext

# Hours for which what went wrong is kept to be looked at.
KEPT = 30 * 24
# Whoever has been silent for too long is no worker any more; its jobs belong to nobody then.
_PRUNE = "SELECT procrastinate_prune_stalled_workers_v1(%s)"
# Of what may wait only once, one waits: the others are gone.
_TAKE_UP = """
    WITH stalled AS (
      SELECT id, queueing_lock AS once FROM procrastinate_jobs
      WHERE status = 'doing' AND worker_id IS NULL FOR UPDATE SKIP LOCKED),
    each AS (
      SELECT id, once IS NOT NULL AND (
        row_number() OVER (PARTITION BY once ORDER BY id) > 1
        OR EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = once)) AS is_too_many
      FROM stalled),
    gone AS (DELETE FROM procrastinate_jobs job USING each WHERE job.id = each.id AND is_too_many)
    UPDATE procrastinate_jobs job SET status = 'todo', attempts = attempts + 1, scheduled_at = now()
    FROM each WHERE job.id = each.id AND NOT is_too_many"""


@app.periodic(cron="* * * * * */3")
@app.task(name="take_up_stalled", queueing_lock="take_up_stalled", priority=SOON + 1)
def take_up_stalled(timestamp: int) -> None:
    """Give what a dead worker was at to those that live."""
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, [settings.WORKER_STALLED_AFTER])
        cursor.execute(_TAKE_UP)


@app.periodic(cron="23 * * * *")
@app.task(name="forget_old_jobs", queueing_lock="forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """Keep the table of jobs small: what succeeded is gone already, what failed has been looked at by then."""
    manager = context.app.job_manager
    await manager.delete_old_jobs(KEPT, include_failed=True, include_cancelled=True, include_aborted=True)
