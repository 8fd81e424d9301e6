from __future__ import annotations

import pytest
from django.utils import translation

from scheduling import letters
from tests import factories
from tests.factories import hour

pytestmark = pytest.mark.django_db

WANTED = hour("2026-11-23 13:00")
OFFERS = (hour("2026-11-24 14:00"), hour("2026-11-25 10:00"))
UNTIL = factories.moment("2026-11-21 18:00")
# What may stand in nobody's mail.
CLINICAL = ("therap", "θεραπ", "diagnos", "διάγνωσ", "patient", "ασθεν", "treatment", "symptom")


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou", language="el")


def offer(client, coach, **more):
    return letters.offer_letter(
        client, coach.user, **({"wanted": WANTED, "offers": OFFERS, "expires_at": UNTIL} | more)
    )


def ask(client, coach, **more):
    return letters.ask_letter(client, coach.user, **({"has": WANTED, "offers": OFFERS, "expires_at": UNTIL} | more))


def test_letter_is_in_the_clients_language_whoever_writes_it(coach, nikos, clock):
    with translation.override("en"):
        letter = offer(nikos, coach)
    assert letter.language == "el"
    assert letter.times == ("Τρίτη 24 Νοεμβρίου, 14:00", "Τετάρτη 25 Νοεμβρίου, 10:00")
    nikos.language = "en"
    with translation.override("el"):
        assert offer(nikos, coach).times == ("Tuesday 24 November, 14:00", "Wednesday 25 November, 10:00")


def test_letter_leaves_the_readers_language_as_it_was(coach, nikos):
    with translation.override("en"):
        ask(nikos, coach)
        assert translation.get_language() == "en"


def test_letter_says_the_hour_the_times_and_the_deadline_in_full(coach, nikos, clock):
    nikos.language = "en"
    letter = offer(nikos, coach)
    assert "Monday 23 November, 13:00" in letter.opening
    assert letter.deadline == "Please answer by: Saturday 21 November, 18:00. The times are kept for you until then."
    assert "Monday 23 November, 13:00" in ask(nikos, coach).opening


def test_letter_by_another_clock_says_both(coach, nikos, clock):
    nikos.language, nikos.time_zone = "en", "America/New_York"
    assert offer(nikos, coach).times[0] == "Tuesday 24 November, 14:00 (07:00 where you are, New York)"
    nikos.time_zone = "Europe/Helsinki"
    assert offer(nikos, coach).times[0] == "Tuesday 24 November, 14:00"


def test_letter_names_another_year(coach, nikos, clock):
    nikos.language = "en"
    assert offer(nikos, coach, offers=(hour("2027-01-04 10:00"),)).times == ("Monday 4 January 2027, 10:00",)


def test_letter_without_a_deadline_yet(coach, nikos, clock):
    letter = offer(nikos, coach, expires_at=None, offers=())
    assert (letter.deadline, letter.times) == ("", ())


def test_text_has_all_of_it_and_the_link(coach, nikos, clock, settings):
    settings.PRACTICE_NAME, settings.PRACTICE_PHONE = "Marinou Practice", "210 000 0000"
    nikos.language = "en"
    text = offer(nikos, coach, note="Sorry for the trouble.").text("https://x.example/p/abc/")
    assert text == (
        "Hello,\n\n"
        "The time you asked for is not available: Monday 23 November, 13:00. Choose whichever of these suits you.\n\n"
        "– Tuesday 24 November, 14:00\n– Wednesday 25 November, 10:00\n\n"
        "Sorry for the trouble.\n\n"
        "Please answer by: Saturday 21 November, 18:00. The times are kept for you until then.\n\n"
        "Answer here, without a password:\nhttps://x.example/p/abc/\n\n"
        "Elena Marinou\nMarinou Practice\n210 000 0000"
    )


def test_letter_of_a_proposal_is_the_one_that_was_shown(coach, nikos, clock):
    maria = factories.create_client(of=coach)
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00", title="Therapy")
    case = factories.create_case(coach=coach, client=nikos, blocking=session)
    times = ["2026-11-24 14:00", "2026-11-25 10:00"]
    offered = factories.create_proposal(case=case, offers=times, expires_at=UNTIL, note="Hi")
    asked = factories.create_proposal(session=session, offers=times, expires_at=UNTIL)
    assert letters.letter_of(offered) == offer(nikos, coach, note="Hi")
    assert letters.letter_of(asked) == ask(maria, coach)


@pytest.mark.parametrize("language", ["en", "el"])
def test_letter_says_nothing_of_the_work_or_of_others(coach, nikos, clock, language):
    maria = factories.create_client(of=coach, full_name="Maria Papadopoulou")
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00", title="Therapy")
    nikos.language = language
    nikos.save()
    case = factories.create_case(coach=coach, client=nikos, blocking=session, title="Diagnosis")
    text = letters.letter_of(factories.create_proposal(case=case, offers=["2026-11-24 14:00"])).text("")
    assert "Maria" not in text
    assert [word for word in CLINICAL if word in text.lower()] == []


@pytest.mark.parametrize(
    ("zone", "english", "greek"),
    [
        ("Europe/Athens", "Athens", "Αθήνα"),
        ("America/New_York", "New York", "Νέα Υόρκη"),
        ("Etc/GMT+5", "GMT+5", "GMT+5"),
    ],
)
def test_place_of_a_zone(zone, english, greek):
    with translation.override("en"):
        assert letters.place_of(zone) == english
    with translation.override("el"):
        assert letters.place_of(zone) == greek
