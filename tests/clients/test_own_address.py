"""One's own address: shown, and changed by the office alone."""

from __future__ import annotations


def test_the_page_shows_it(signed_in, coach):
    assert coach.user.email in signed_in(coach).get("/account/email/").content.decode()


def test_nobody_adds_another_by_themselves(signed_in, coach):
    answer = signed_in(coach).post("/account/email/", {"email": "mine@elsewhere.test", "action_add": ""})
    assert answer.status_code == 405
    assert not coach.user.emailaddress_set.filter(email="mine@elsewhere.test").exists()
