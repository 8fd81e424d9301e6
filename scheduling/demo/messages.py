"""What people wrote to each other lately; something is unread on either side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduling.actions.messages import mark_read, write_message
from scheduling.demo import names, people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clients.models import Client
    from scheduling.demo.names import Person
    from scheduling.demo.pending import Desk

HOUR = dt.timedelta(hours=1)
# Besides Maria, they sign in too: only who does can write.
WRITERS = (names.ARBEN, names.THOMAS, names.ELENI)


@dataclass(frozen=True)
class Line:
    """Said so many hours ago, by the coach or by the client, in either language."""

    ago: int
    is_coachs: bool
    en: str
    el: str

    def text(self, language: str) -> str:
        """As the client reads it."""
        return self.el if language == "el" else self.en


# Each in order of time.  Of the first two the last lines are unread.
THREADS: Mapping[Person, Sequence[Line]] = {
    names.MARIA: (
        Line(74, True, "Good evening Maria, September’s receipt is ready. I will hand it to you when you come.",
             "Καλησπέρα Μαρία, η απόδειξη του Σεπτεμβρίου είναι έτοιμη. Θα σας τη δώσω όταν έρθετε."),
        Line(50, False, "Thank you! Could I come on another day next week, just this once?",
             "Ευχαριστώ! Θα μπορούσα την άλλη εβδομάδα να έρθω άλλη μέρα, μόνο αυτή τη φορά;"),
        Line(1, True, "Thursday at 12 is taken, I am afraid. I have sent you other times: choose whichever suits you.",
             "Την Πέμπτη στις 12 υπάρχει ήδη ραντεβού. Σας έστειλα άλλες ώρες: διαλέξτε όποια σας βολεύει."),
    ),
    names.ARBEN: (
        Line(21, True, "The door code has changed: 4820 from Monday on.",
             "Ο κωδικός της πόρτας άλλαξε: 4820 από τη Δευτέρα."),
        Line(2, False, "Thank you, I have noted it.\nIs there somewhere to leave a bicycle?",
             "Ευχαριστώ, το σημείωσα.\nΥπάρχει κάπου να αφήσω ένα ποδήλατο;"),
    ),
    names.ELENI: (
        Line(98, False, "Can I pay by bank transfer this month?", "Μπορώ αυτόν τον μήνα να πληρώσω με έμβασμα;"),
        Line(97, True, "Of course. The number of the account is on the receipt.",
             "Βεβαίως. Ο αριθμός του λογαριασμού είναι πάνω στην απόδειξη."),
    ),
    names.THOMAS: (
        Line(120, True, "The practice is on the second floor now, the same door downstairs.",
             "Το γραφείο είναι πλέον στον δεύτερο όροφο, από την ίδια είσοδο."),
        Line(118, False, "Good to know. See you on Thursday.", "Ωραία. Τα λέμε την Πέμπτη."),
    ),
}  # fmt: skip
UNREAD = (names.MARIA, names.ARBEN)


def write(desk: Desk) -> None:
    """All of it, at the time it was said; every line was read within the hour but for the last of those unread."""
    for person in WRITERS:
        _sign_up(desk.client(person), person)
    for person, lines in THREADS.items():
        client = desk.client(person)
        for line in lines:
            _say(desk, client, line, is_read=person not in UNREAD or line is not lines[-1])


def _say(desk: Desk, client: Client, line: Line, *, is_read: bool) -> None:
    assert client.user is not None
    by, reader = (desk.coach, client.user) if line.is_coachs else (client.user, desk.coach)
    at = desk.now - line.ago * HOUR
    message = write_message(desk.coach.pk, client.pk, line.text(client.language), by=by, now=at)
    if is_read:
        mark_read(desk.coach.pk, client.pk, by=reader, now=at + HOUR, until=message.pk)


def _sign_up(client: Client, person: Person) -> None:
    client.user = people.make_user(person, client.language)
    client.save(update_fields=["user"])
