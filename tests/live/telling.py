"""Something is done, as an action does it."""

from __future__ import annotations

import uuid

from clients.actions import records
from config.kernel import live, request_id
from config.kernel.actions import action
from tests.factories import NOW


def tell(topic, *names):
    """Something is done that concerns these pages, and written down; returns the id of the request that did it."""
    name = uuid.uuid4().hex
    before = request_id.current.set(name)
    try:
        _done(topic, *names)
        return name
    finally:
        request_id.current.reset(before)


@action
def _done(topic, *names):
    records.record_audit("told", topic, by=None, at=NOW)
    live.changed(topic, *names)
