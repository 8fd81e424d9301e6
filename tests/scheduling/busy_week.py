"""A full week as a coach has it: sixty sessions, of all kinds, with the names that people have here."""

from __future__ import annotations

import datetime as dt

from scheduling.models import Session
from scheduling.states import SessionKind, SessionStatus
from tests import factories
from tests.factories import NOW

HOURS = tuple((weekday, "08:00", "20:00") for weekday in range(6))
STARTS = ("08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "15:00", "16:00", "17:00", "18:00")
LATIN = (
    "Maria Papadopoulou", "Nikos Georgiou", "Thomas Weber", "Ioanna Makri", "Petros and Anna Lekka", "Arben Hoxha",
    "Sofia Karagianni", "Alexandros Pappas", "Priya Nair", "Dimitra Ioannou", "Eleni Christou", "Amélie Laurent",
    "Oksana Kovalenko", "Yannis Dimitriou", "Katerina Antoniou", "Nikoleta Stathopoulou", "Giorgos Vlachos",
    "Fatima Haddad", "Konstantinos Angelopoulos", "Sinéad O'Connor",
)  # fmt: skip
GREEK = (
    "Μαρία Παπαδοπούλου", "Νίκος Γεωργίου", "Θωμάς Βέμπερ", "Ιωάννα Μακρή", "Πέτρος και Άννα Λέκκα", "Άρμπεν Χότζα",
    "Σοφία Καραγιάννη", "Αλέξανδρος Παππάς", "Πρίγια Ναΐρ", "Δήμητρα Ιωάννου", "Ελένη Χρήστου", "Αμελί Λοράν",
    "Οξάνα Κοβαλένκο", "Γιάννης Δημητρίου", "Κατερίνα Αντωνίου", "Νικολέτα Σταθοπούλου", "Γιώργος Βλάχος",
    "Φατίμα Χαντάντ", "Κωνσταντίνος Αγγελόπουλος", "Σινέντ Ο'Κόνορ",
)  # fmt: skip
TITLES = ("", "", "couple", "first", "", "video", "", "every week")


def create_busy_week(language="en", *, history=0):
    """A coach with sixty sessions in the week of NOW, Monday to Saturday, and so many in the years before.

    The past ones are paid, unpaid, missed; three more were cancelled, one asked to move, one wished for, two held."""
    coach = factories.create_coach(
        email="elena@praxis.test", full_name="Elena Marinou", language=language, hours=HOURS, price=60
    )
    names = GREEK if language == "el" else LATIN
    people = [factories.create_client(of=coach, full_name=name) for name in names]
    Session.objects.bulk_create(_week(coach, people))
    _finish(coach)
    _questions(coach, people)
    _history(coach, people, history)
    return coach


def _week(coach, people):
    for number in range(60):
        at = factories.moment(f"2026-11-{16 + number // 10} {STARTS[number % 10]}")
        fields = {"title": TITLES[number % 8], "price": 60}
        if at > NOW and number % 10 == 4:
            fields["arrived_at"] = NOW
        yield _booked(coach, people[(number * 7) % len(people)], at, **fields)


def _booked(coach, client, at, **fields):
    during = factories.hour(at).as_range()
    status = SessionStatus.SCHEDULED
    about = {"kind": SessionKind.BOOKED, "provider": coach.user, "client": client, "created_at": NOW}
    return Session(**about, during=during, status=status, **fields)


def _finish(coach):
    """What is over was held or missed; of what was held, two of three are paid."""
    over = Session.objects.filter(provider=coach.user, during__endswith__lte=NOW).order_by("during")
    missed = [session.pk for number, session in enumerate(over) if number % 9 == 5]
    over.update(status=SessionStatus.COMPLETED)
    Session.objects.filter(pk__in=missed).update(status=SessionStatus.SCHEDULED)
    Session.objects.filter(pk__in=missed).update(status=SessionStatus.NO_SHOW)
    paid = [s.pk for number, s in enumerate(over) if number % 3 and s.pk not in missed]
    Session.objects.filter(pk__in=paid).update(paid_at=NOW, paid_by=coach.user)


def _questions(coach, people):
    for day in (17, 19, 21):
        at = f"2026-11-{day} 14:00"
        factories.create_session(coach=coach, client=people[day - 10], at=at, status=SessionStatus.CANCELLED, price=60)
    asked = Session.objects.get(provider=coach.user, during=factories.hour("2026-11-21 17:00").as_range())
    case = factories.create_case(coach=coach, client=people[3], blocking=asked)
    factories.create_proposal(session=asked, case=case, offers=["2026-11-21 14:00", "2026-11-20 19:00"])


def _history(coach, people, sessions):
    """Two a day, every day before the week."""
    first = factories.moment("2026-11-15 10:00")
    rows = []
    for number in range(sessions):
        at = first - dt.timedelta(days=number // 2, hours=2 * (number % 2))
        rows.append(_booked(coach, people[number % len(people)], at, price=60))
    Session.objects.bulk_create(rows, batch_size=1000)
    Session.objects.filter(provider=coach.user, during__endswith__lte=first + dt.timedelta(hours=1)).update(
        status=SessionStatus.COMPLETED
    )
