"""A proposal and the link to it, opened by somebody who has not signed in."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.actions.links import mint_link
from scheduling.models import RescheduleProposal
from tests import factories

LATER = factories.NOW + dt.timedelta(days=60)


def link(proposal):
    token = mint_link("proposal", f"proposal:{proposal.pk}", expires_at=LATER, now=factories.NOW)
    return f"/p/{token}/"


class Asked:
    """A proposal with two times, its link, and a browser of nobody."""

    def __init__(self, proposal, browser):
        self.proposal, self.browser, self.url = proposal, browser, link(proposal)
        self.first, self.second = proposal.offers.order_by("during")

    def open(self, query=""):
        return self.browser.get(self.url + query)

    def answer(self, offer, text="", **more):
        return self.browser.post(self.url, {"offer": getattr(offer, "pk", offer), "counter_text": text}, **more)

    @property
    def status(self):
        return RescheduleProposal.objects.get(pk=self.proposal.pk).status


@pytest.fixture
def case(desk):
    desk.maria.language = desk.nikos.language = "en"
    desk.maria.save()
    desk.nikos.save()
    return factories.create_case(coach=desk.coach, client=desk.nikos, blocking=desk.session)


@pytest.fixture
def asked(desk, case, signed_in):
    offers = ["2026-11-23 16:00", "2026-11-24 10:00"]
    proposal = factories.create_proposal(session=desk.session, case=case, offers=offers, note="Sorry to ask.")
    return Asked(proposal, signed_in())


@pytest.fixture
def offered(desk, case, signed_in):
    return Asked(factories.create_proposal(case=case, offers=["2026-11-24 10:00", "2026-11-25 10:00"]), signed_in())
