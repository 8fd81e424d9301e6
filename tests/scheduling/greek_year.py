"""The public holidays of Greece reckoned a second time, from Easter as Meeus finds it: what tests compare with."""

from __future__ import annotations

import datetime as dt


def easter(year):
    """Orthodox Easter Sunday (Meeus, Astronomical Algorithms, chapter 8: the Julian calendar), from 1900 to 2099."""
    a, b, c = year % 4, year % 7, year % 19
    d = (19 * c + 15) % 30
    e = (2 * a + 4 * b - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    return dt.date(year, month, day + 1) + dt.timedelta(days=13)


def movable(year):
    """The days that move with Easter, by how many days they are from it."""
    sunday = easter(year)
    return {
        name: sunday + dt.timedelta(days=days)
        for name, days in {
            "Clean Monday": -48,
            "Orthodox Good Friday": -2,
            "Orthodox Easter Sunday": 0,
            "Orthodox Easter Monday": 1,
            "Orthodox Whit Monday": 50,
        }.items()
    }


def fixed(year):
    """The days that stand still."""
    return {
        "New Year’s Day": dt.date(year, 1, 1),
        "Epiphany": dt.date(year, 1, 6),
        "Independence Day": dt.date(year, 3, 25),
        "Labour Day": dt.date(year, 5, 1),
        "Dormition of the Virgin": dt.date(year, 8, 15),
        "Ochi Day": dt.date(year, 10, 28),
        "Christmas": dt.date(year, 12, 25),
        "Second day of Christmas": dt.date(year, 12, 26),
    }


def moved(year):
    """Labour Day, when it falls on a weekend, is kept on the first working day after it besides."""
    day = may_day = dt.date(year, 5, 1)
    while day.weekday() >= 5 or (day in movable(year).values() and day != may_day):
        day += dt.timedelta(days=1)
    return {day} - {may_day}


def all_of(year):
    """Every date on which a practice in Greece is closed that year."""
    return {*movable(year).values(), *fixed(year).values()} | moved(year)
