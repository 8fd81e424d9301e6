import datetime as dt

import pytest

from scheduling.typed_days import day_in

# A Friday.
TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3 nov", "2026-11-03"),
        ("3 November", "2026-11-03"),
        ("Nov 3", "2026-11-03"),
        ("3 Νοεμβρίου", "2026-11-03"),
        ("3 νοε", "2026-11-03"),
        ("3 Νοέμβριος", "2026-11-03"),
        ("Τρίτη 3 Νοεμβρίου 2026", "2026-11-03"),
        ("Tue, 3 Nov", "2026-11-03"),
        ("3/11", "2026-11-03"),
        (" 3.11. ", "2026-11-03"),
        ("3-11", "2026-11-03"),
        ("3/11/27", "2027-11-03"),
        ("3.11.2025", "2025-11-03"),
        ("2027-02-01", "2027-02-01"),
        ("15 μαι", "2027-05-15"),
        ("٣/١١", "2026-11-03"),
        ("15 June 2027", "2027-06-15"),
        ("10 jan", "2027-01-10"),
        ("29 feb 2028", "2028-02-29"),
        ("tuesday", "2026-11-24"),
        ("TUE", "2026-11-24"),
        ("Τρίτη", "2026-11-24"),
        ("τρι", "2026-11-24"),
        ("friday", "2026-11-20"),
        ("Παρασκευή", "2026-11-20"),
        ("today", "2026-11-20"),
        ("σήμερα", "2026-11-20"),
        ("αύριο", "2026-11-21"),
        ("χθες", "2026-11-19"),
    ],
)
def test_a_day_is_read_in_both_languages(typed, day):
    assert day_in(typed, TODAY) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "Maria", "3", "31 feb", "30/2", "31/4", "3 nov nov", "3 ιου", "nov", "tu", "3 4 5", "99/99", "3/11/0000",
     "0 nov", "3" * 50, "2026-13-45", "3 November Papadopoulou", "3 nov " + "9" * 20, "3 nov " + "٩" * 90],
)  # fmt: skip
def test_what_is_no_day_is_none(typed):
    assert day_in(typed, TODAY) is None


def test_a_day_without_a_year_is_the_nearest():
    assert day_in("2 jan", dt.date(2026, 12, 30)) == dt.date(2027, 1, 2)
    assert day_in("30 dec", dt.date(2027, 1, 2)) == dt.date(2026, 12, 30)
    assert day_in("29/2", dt.date(2027, 11, 20)) == dt.date(2028, 2, 29)
