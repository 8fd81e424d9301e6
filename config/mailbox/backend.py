"""A mail server that keeps everything here: one file a mail, the newest two hundred of them."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage

KEPT = 200


class EmailBackend(BaseEmailBackend):
    """Writes mails to MAILBOX_DIR, which only this user may read."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were written."""
        folder = Path(settings.MAILBOX_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            _write(folder, message.message().as_bytes())
        for old in sorted(folder.glob("*.eml"), reverse=True)[KEPT:]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def _write(folder: Path, content: bytes) -> None:
    """Written beside, then put in its place: nobody reads half a mail."""
    name = f"{time.time_ns():020}-{secrets.token_hex(4)}"
    beside = folder / f"{name}.part"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    beside.rename(folder / f"{name}.eml")
