"""What changed, told to every page that shows it: `changed` inside an action, a stream for whoever looks.

Only names and ids travel: a page reads itself anew, and is judged like any other reading."""

from __future__ import annotations

from config.kernel.live.telling import changed, for_client, for_user

__all__ = ["changed", "for_client", "for_user"]
