from __future__ import annotations

import pytest

from config.kernel.numbers import whole_number


@pytest.mark.parametrize(("typed", "number"), [("7", 7), ("007", 7), ("0", 0), ("9" * 18, 10**18 - 1)])
def test_plain_digits_are_a_number(typed, number):
    assert whole_number(typed) == number


@pytest.mark.parametrize("typed", ["", " 7", "-7", "+7", "7.0", "1e3", "٧", "²", "\0", "9" * 19, "9" * 5000])
def test_anything_else_is_none(typed):
    assert whole_number(typed) is None


def test_more_digits_than_asked_for_are_none():
    assert whole_number("12345", digits=5) == 12345
    assert whole_number("123456", digits=5) is None
