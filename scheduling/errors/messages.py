"""What the threads between coach and client answer instead of doing it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import Refusal


class NothingWritten(Refusal):
    """A message without a word in it."""

    code = "nothing_written"
    status = 422
    message = _("There is nothing to send yet.")
    next_step = _("Write your message, then send it.")
