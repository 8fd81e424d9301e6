"""One intention of one person, in one transaction of its own."""

from __future__ import annotations

import functools
import logging
from contextvars import ContextVar
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from config.kernel import constraints
from config.kernel.errors import Busy
from config.kernel.live import telling

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

P = ParamSpec("P")
R = TypeVar("R")

RETRIES = 2
_RETRYABLE = {"40001", "40P01"}  # serialization failure, deadlock: the same call may well succeed
_LOCK_TIMEOUT = "55P03"
# One journey to the server; the second half is for who goes on in the same transaction, as tests do.
_CHECK = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"

log = logging.getLogger(__name__)

# What is to follow the action that runs now, by what it is about.
_following: ContextVar[dict[Hashable, Callable[[], object]]] = ContextVar("_following")


def action(work: Callable[P, R]) -> Callable[P, R]:
    """Run `work` as one durable transaction in which the database has the last word.

    Deferred rules are checked before the commit, so that they speak here and not later; a broken
    rule is raised as its Refusal; a deadlock is tried again, at most twice, from the start.  Hence
    `work` may do nothing but write to this database; what is to `follow` comes when that stands.

    Raises: RuntimeError when called inside another action or transaction."""

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(RETRIES + 1):
            following: dict[Hashable, Callable[[], object]] = {}
            before = _following.set(following)
            try:
                with telling.collecting() as told, transaction.atomic(durable=True):
                    result = work(*args, **kwargs)
                    _end(told)
            except IntegrityError as exc:
                raise constraints.error_for(exc) from exc
            except OperationalError as exc:
                _retry_or_raise(exc, attempt, work.__name__)
                continue
            finally:
                _following.reset(before)
            _go_on(following)
            return result
        raise AssertionError("unreachable")

    return run


def follow(about: Hashable, step: Callable[[], object]) -> None:
    """Let `step`, an action of its own, come once the action that runs now stands; one for each thing that it is `about`.

    Whatever becomes of it, the action has succeeded.  What must not be lost is therefore written down by the action
    itself, to be taken up again."""
    _following.get()[about] = step


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


def _end(told: telling.Names) -> None:
    """Ask every deferred rule, and tell the pages that show what was changed, in one journey to the server."""
    tell, params = telling.statement(told)
    with connection.cursor() as cursor:
        cursor.execute(f"{_CHECK}; {tell}" if tell else _CHECK, params or None)


def _go_on(following: dict[Hashable, Callable[[], object]]) -> None:
    for about, step in following.items():
        try:
            step()
        except Exception:
            log.exception("what was to follow about %s failed", about)


def _retry_or_raise(exc: OperationalError, attempt: int, name: str) -> None:
    state = getattr(exc.__cause__, "sqlstate", None)
    if state == _LOCK_TIMEOUT:
        raise Busy() from exc
    if state not in _RETRYABLE or attempt == RETRIES:
        raise exc
    log.warning("action %s is tried again after %s", name, state)
