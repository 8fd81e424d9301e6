"""The id of the request being answered, for logs, the audit and the page that says sorry."""

from __future__ import annotations

from contextvars import ContextVar

current: ContextVar[str] = ContextVar("praxis_request_id", default="")
