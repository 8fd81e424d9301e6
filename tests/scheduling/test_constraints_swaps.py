from __future__ import annotations

import pytest

from tests.raw import ANSWERED, CHECK, EXPIRES, LATE, PROPOSAL, answer, insert, proposed, update

NUMBERS = iter(range(10**9, 10**9 + 10**6, 2))


@pytest.fixture
def coach(raw):
    return raw.coach()


@pytest.fixture
def sides(raw, coach):
    """Two sessions of one coach, as (session, client)."""
    maria, nikos = raw.client(coach), raw.client(coach)
    return (raw.book(coach, maria), maria), (raw.book(coach, nikos, "14:00", "14:50"), nikos)


def question(coach, side, number, twin, **fields):
    session, client = side
    return {**proposed("swap", coach, client, session=session), "id": number, "twin_id": twin, **fields}


def asked(raw, coach, sides):
    """Both questions, open."""
    one = next(NUMBERS)
    raw.make(PROPOSAL, **question(coach, sides[0], one, one + 1))
    raw.make(PROPOSAL, **question(coach, sides[1], one + 1, one))
    raw.commit()
    return one, one + 1


def agree(raw, *numbers):
    for number in numbers:
        raw(*update(PROPOSAL, number, agreed_at=ANSWERED))


def test_swap_asks_two_who_name_each_other(raw, coach, sides):
    one = next(NUMBERS)
    alone = insert(PROPOSAL, **question(coach, sides[0], one, one + 1))
    raw.refused_at_commit("swap_is_both", alone)
    raw.refused(CHECK, "swap_is_of_two", insert(PROPOSAL, **question(coach, sides[0], one, one)))
    pair = asked(raw, coach, sides)
    nobody = raw.client(coach)
    third = (raw.book(coach, nobody, "16:00", "16:50"), nobody)
    raw.refused_at_commit("swap_is_both", insert(PROPOSAL, **question(coach, third, next(NUMBERS), pair[0])))


def test_both_are_of_one_coach(raw, coach, sides):
    other = raw.coach()
    client = raw.client(other)
    theirs = (raw.book(other, client, "16:00", "16:50"), client)
    one = next(NUMBERS)
    raw.refused_at_commit(
        "swap_is_both",
        insert(PROPOSAL, **question(coach, sides[0], one, one + 1)),
        insert(PROPOSAL, **question(other, theirs, one + 1, one)),
    )


def test_only_a_swap_has_a_twin_and_it_is_about_nobody_elses_wish(raw, coach, sides):
    session, client = sides[0]
    case = raw.case(coach, raw.client(coach), session)
    one = next(NUMBERS)
    raw.refused(CHECK, "proposal_shape", insert(PROPOSAL, **question(coach, sides[0], one, None)))
    raw.refused(CHECK, "proposal_shape", insert(PROPOSAL, **question(coach, sides[0], one, one + 1, case_id=case)))
    plain = proposed("ask_to_move", coach, client, session=session)
    raw.refused(CHECK, "proposal_shape", insert(PROPOSAL, **plain, twin_id=one))
    raw.refused(CHECK, "agreed_in_time", insert(PROPOSAL, **plain, agreed_at=ANSWERED))


def test_yes_comes_in_time(raw, coach, sides):
    pair = asked(raw, coach, sides)
    raw.refused(CHECK, "agreed_in_time", update(PROPOSAL, pair[0], agreed_at=LATE))
    raw(*update(PROPOSAL, pair[0], agreed_at=EXPIRES))


def test_swap_needs_the_yes_of_both_and_happens_to_both(raw, coach, sides):
    pair = asked(raw, coach, sides)
    offers = raw.offer(pair[0], "14:00", "14:50"), raw.offer(pair[1], "10:00", "10:50")
    agree(raw, pair[0])
    raw.refused(CHECK, "swap_needs_both_yes", answer(pair[1], offers[1]))
    raw.refused_at_commit("swap_is_both", answer(pair[0], offers[0]))
    agree(raw, pair[1])
    raw(*answer(pair[0], offers[0]))
    raw(*answer(pair[1], offers[1]))
    raw.commit()


@pytest.mark.parametrize("status", ["withdrawn", "expired", "declined"])
def test_no_question_ends_while_the_other_is_open(raw, coach, sides, status):
    pair = asked(raw, coach, sides)
    said = {"answered_at": ANSWERED, "keeps": True} if status == "declined" else {}
    raw.refused_at_commit("swap_is_both", update(PROPOSAL, pair[0], status=status, **said))
    raw(*update(PROPOSAL, pair[0], status=status, **said))
    raw(*update(PROPOSAL, pair[1], status="withdrawn"))
    raw.commit()
