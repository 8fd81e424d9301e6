"""One intention of one person, in one transaction of its own."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from config.kernel import constraints
from config.kernel.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

RETRIES = 2
_RETRYABLE = {"40001", "40P01"}  # serialization failure, deadlock: the same call may well succeed
_LOCK_TIMEOUT = "55P03"
# One journey to the server; the second half is for who goes on in the same transaction, as tests do.
_CHECK = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"

log = logging.getLogger(__name__)


def action(work: Callable[P, R]) -> Callable[P, R]:
    """Run `work` as one durable transaction in which the database has the last word.

    Deferred rules are checked before the commit, so that they speak here and not later; a broken
    rule is raised as its Refusal; a deadlock is tried again, at most twice, from the start.  Hence
    `work` may do nothing but write to this database.

    Raises: RuntimeError when called inside another action or transaction."""

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(RETRIES + 1):
            try:
                with transaction.atomic(durable=True):
                    result = work(*args, **kwargs)
                    with connection.cursor() as cursor:
                        cursor.execute(_CHECK)
                return result
            except IntegrityError as exc:
                raise constraints.error_for(exc) from exc
            except OperationalError as exc:
                _retry_or_raise(exc, attempt, work.__name__)
        raise AssertionError("unreachable")

    return run


def inside_action(step: Callable[P, R]) -> Callable[P, R]:
    """Mark a step that must be part of an action; alone it would be half a deed.

    Raises: RuntimeError outside (a test's own transaction does not count as one)."""

    @functools.wraps(step)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        # `_from_testcase` is Django's own, for its durable check; tests/config pins it.
        if all(block._from_testcase for block in connection.atomic_blocks):  # type: ignore[attr-defined]
            raise RuntimeError(f"{step.__name__} must run inside an action")
        return step(*args, **kwargs)

    return run


def _retry_or_raise(exc: OperationalError, attempt: int, name: str) -> None:
    state = getattr(exc.__cause__, "sqlstate", None)
    if state == _LOCK_TIMEOUT:
        raise Busy() from exc
    if state not in _RETRYABLE or attempt == RETRIES:
        raise exc
    log.warning("action %s is tried again after %s", name, state)
