from __future__ import annotations

import datetime as dt

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from clients.actions import records
from clients.models import AuditEvent, OutboxMessage
from config.kernel import request_id
from config.kernel.actions import action
from config.kernel.time import Interval
from tests.factories import NOW, create_user

pytestmark = pytest.mark.django_db


@action
def doing(step):
    return step()


def test_record_audit_keeps_who_what_when_and_the_request():
    user, token = create_user(), request_id.current.set("r-1")
    try:
        doing(lambda: records.record_audit("done", "session:42", by=user, facts={"offer": 7}, at=NOW))
    finally:
        request_id.current.reset(token)
    assert AuditEvent.objects.values("actor", "verb", "object", "facts", "at", "request_id").get() == {
        "actor": user.pk,
        "verb": "done",
        "object": "session:42",
        "facts": {"offer": 7},
        "at": NOW,
        "request_id": "r-1",
    }


def test_record_audit_of_the_house_itself_has_no_actor():
    doing(lambda: records.record_audit("done", "session:42", by=None, at=NOW))
    assert AuditEvent.objects.values_list("actor", "facts").get() == (None, {})


def test_queue_message_keeps_the_version_given():
    later = NOW + dt.timedelta(seconds=20)
    doing(lambda: records.queue_message("moved", "client:1", "session:42", version=3, not_before=later))
    assert OutboxMessage.objects.values_list(
        "kind", "recipient", "object", "version", "not_before", "sent_at"
    ).get() == (
        "moved",
        "client:1",
        "session:42",
        3,
        later,
        None,
    )


def test_queue_message_counts_by_itself_where_the_row_has_no_version():
    for kind, recipient in [("held", "user:1"), ("held", "user:1"), ("held", "user:2"), ("gone", "user:1")]:
        doing(lambda: records.queue_message(kind, recipient, "case:3"))  # noqa: B023  called at once
    assert list(OutboxMessage.objects.order_by("pk").values_list("version", flat=True)) == [1, 2, 1, 1]


@pytest.mark.parametrize(
    "step",
    [
        lambda: records.record_audit("done", "session:42", by=None, at=NOW),
        lambda: records.queue_message("moved", "client:1", "session:42", version=3),
    ],
)
def test_records_alone_are_half_a_deed(step):
    with pytest.raises(RuntimeError, match="inside an action"):
        step()


def test_records_name_people_and_times_plainly():
    during = Interval(NOW, NOW + dt.timedelta(minutes=50))
    assert (records.to_client("c0ffee"), records.to_user(5)) == ("client:c0ffee", "user:5")
    assert records.plain(during) == ["2026-11-20T09:00:00+00:00", "2026-11-20T09:50:00+00:00"]


def test_queue_once_queues_what_was_never_queued_and_a_job_for_each():
    first, second, third = (records.Told(recipient=f"client:{n}", about="session:42", version=7) for n in (1, 2, 3))
    new = doing(lambda: records.queue_once("reminded", [first, second], not_before=NOW))
    assert len(new) == 2
    assert len(doing(lambda: records.queue_once("reminded", [third, second, first], not_before=NOW))) == 1
    assert doing(lambda: records.queue_once("reminded", [], not_before=NOW)) == []
    kept = OutboxMessage.objects.order_by("pk").values_list("kind", "recipient", "object", "version", "not_before")
    assert list(kept) == [("reminded", f"client:{n}", "session:42", 7, NOW) for n in (1, 2, 3)]
    jobs = ProcrastinateJob.objects.filter(task_name="deliver").order_by("id")
    assert list(jobs.values_list("args__message_id", "scheduled_at")) == [
        (pk, NOW) for pk in OutboxMessage.objects.order_by("pk").values_list("pk", flat=True)
    ]
