"""A form sent twice is carried out once: the second gets the first one's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clients.models import SubmittedForm
from config.kernel.actions import inside_action
from config.kernel.errors import AlreadySent

if TYPE_CHECKING:
    from clients.models import User


def first_answer(who: User, key: str, fingerprint: str) -> dict[str, Any] | None:
    """What came of this form when it was first carried out; None when this is the first time.

    `key` was given to the form when it was drawn; without one, nothing is compared.  None is only true
    for sure under the lock of whatever the form changes: two of the same cannot both be first.
    Raises: AlreadySent when the same form was carried out with other answers."""
    sent = SubmittedForm.objects.filter(who=_who(who), key=key).first() if key else None
    if sent is None:
        return None
    if sent.fingerprint != fingerprint:
        raise AlreadySent()
    answer: dict[str, Any] = sent.answer
    return answer


@inside_action
def remember(who: User, key: str, fingerprint: str, answer: dict[str, Any]) -> None:
    """Keep what came of a form ({"session": 42}) for the next time it is sent."""
    if key:
        SubmittedForm.objects.create(who=_who(who), key=key, fingerprint=fingerprint, answer=answer)


def _who(user: User) -> str:
    return f"user:{user.pk}"
