import pytest

from config.kernel import letters


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("Γιάννης Δημητρίου", "γιαννης", "Γιάννης"),
        ("Γιάννης Δημητρίου", "GIANNIS", "Γιάννης"),
        ("Γιάννης Δημητρίου", "δημ", "Δημ"),
        ("Μαρία Παπαδοπούλου", "papadopoulou", "Παπαδοπούλου"),
        ("Kyriaki", "κυρι", "Kyri"),
        ("Nikos Georgiou", "γεω", "Geo"),
        ("Amélie Laurent", " amelie ", "Amélie"),
        ("Θεοδώρα", "the", "Θε"),
        ("Ame\u0301lie", "elie", "e\u0301lie"),
    ],
)
def test_find_is_blind_to_accents_capitals_and_alphabets(name, typed, found):
    assert name[slice(*letters.find(name, typed))] == found


def test_find_prefers_the_start_of_a_word():
    assert letters.find("Eleni Leni", "leni") == (6, 10)


@pytest.mark.parametrize("typed", ["", "   ", "zzz", "\u0301"])
def test_find_nothing(typed):
    assert letters.find("Maria", typed) is None


@pytest.mark.parametrize(
    ("name", "capitals"), [("Elena Marinou", "EM"), ("Άννα Μαρία Λέκκα", "ΑΛ"), ("Cher", "C"), ("", "")]
)
def test_initials_are_of_the_first_and_the_last_word(name, capitals):
    assert letters.initials(name) == capitals
