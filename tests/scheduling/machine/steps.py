"""What can be done, one rule a deed.

A deed takes its row by counting through those there are, the likely ones first, so that a shorter list of steps still
means something.  A new deed is a rule beside its likes: the swap of two sessions belongs to `Sessions`, after `move`."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from scheduling.actions import (
    ask,
    book,
    cancel,
    conflicts,
    counter,
    extend,
    finish,
    mark,
    move,
    proposals,
    remind,
    swap,
    undo,
    wait,
)
from scheduling.models import Session
from scheduling.states import SessionStatus
from scheduling.windows import Window
from scheduling.wishes import AskToMove, Booking, OfferTimes, WaitFor
from tests.scheduling.machine.world import HOURS, LENGTH, PAIRS

hours = st.sampled_from(HOURS)
pairs = st.sampled_from(PAIRS)
picks = st.integers(0, 5)
times = st.lists(st.integers(0, 17), min_size=1, max_size=3, unique=True)
# Minutes to answer in; the last is cut to what is allowed.
patience = st.sampled_from((30, 600, 4000))
# Now and then somebody asks for what the page would not have let them.
wild = st.sampled_from((False, False, False, True))
sure = st.booleans()
WINDOWS = (
    (Window(None, dt.time(0), dt.time(23, 59)),),
    (Window(None, dt.time(1), dt.time(2)), Window(None, dt.time(2, 30), dt.time(4, 30))),
    (Window(6, dt.time(1), dt.time(4)), Window(5, dt.time(1), dt.time(5))),
)
# So long until the next deed: within the time for undo, after it, and up to when holds and wishes end.
PAUSES = tuple(
    dt.timedelta(**each)
    for each in ({"seconds": 5}, {"seconds": 20}, {"minutes": 40}, {"hours": 2}, {"hours": 9}, {"hours": 50})
)


def having(*kinds):
    """Only when there is one of each of these."""
    return precondition(lambda self: all(self.there_are[kind] for kind in kinds))


def one(rows, pick):
    return rows[pick % len(rows)]


class Sessions:
    """What a coach does with sessions."""

    def two(self, pick, other, overrule):
        """Two sessions of one coach, maybe of one client, or one session twice where there is no other."""
        first = one(self.world.scheduled(), pick)
        others = [each for each in self.world.scheduled() if each.provider_id == first.provider_id and each != first]
        second = one(others or [first], other)
        versions = (first.version, second.version)
        return swap.Swap(first=first.pk, second=second.pk, versions=versions, overrule=overrule)

    @rule(pair=pairs, hour=hours, overrule=sure)
    def book(self, pair, hour, overrule):
        coach, client = self.world.coaches[pair[0]], self.world.clients[pair[1]]
        wish = Booking(client=client, during=self.world.hour(hour), overrule=overrule, form_key=self.new_key())
        self.does(book.book_session, wish, by=coach.user)

    @having("scheduled")
    @rule(pick=picks, hour=hours, overrule=sure)
    def move(self, pick, hour, overrule):
        session = one(self.world.scheduled(), pick)
        self.changes(move.move_session, session, self.world.hour(hour), overrule=overrule)

    @having("scheduled")
    @rule(pick=picks, other=picks, overrule=sure)
    def swap(self, pick, other, overrule):
        self.does(swap.swap_sessions, self.two(pick, other, overrule), by=one(self.world.scheduled(), pick).provider)

    @having("scheduled")
    @rule(pick=picks)
    def cancel(self, pick):
        self.changes(cancel.cancel_session, one(self.world.scheduled(), pick))

    @having("changed")
    @rule(pick=picks)
    def undo(self, pick):
        self.changes(undo.undo_change, one(self.world.changed(), pick))

    @having("changed")
    @rule(pick=picks)
    def undo_from_an_old_page(self, pick):
        session = one(self.world.changed(), pick)
        self.does(undo.undo_change, session.pk, by=session.provider, version=session.version - 1)

    @having("begun")
    @rule(pick=picks, deed=st.sampled_from((finish.complete_session, finish.miss_session)))
    def finish(self, pick, deed):
        self.changes(deed, one(self.world.scheduled()[::-1], pick))

    @having("finished")
    @rule(pick=picks)
    def reopen(self, pick):
        self.changes(
            finish.reopen_session, one(self.world.sessions(SessionStatus.COMPLETED, SessionStatus.NO_SHOW), pick)
        )

    @having("scheduled")
    @rule(pick=picks, paid=sure)
    def pay(self, pick, paid):
        self.changes(mark.mark_paid, one(self.world.scheduled(), pick), paid=paid)


class Proposals:
    """How times are put to somebody."""

    @having("scheduled")
    @rule(pick=picks, other=picks, minutes=patience, overrule=sure)
    def ask_to_swap(self, pick, other, minutes, overrule):
        both = self.two(pick, other, overrule)
        rows = [Session.objects.get(pk=number) for number in (both.first, both.second)]
        until = self.world.deadline(rows[0], [row.interval for row in rows], minutes, wild=False, session=rows[0])
        self.does(swap.propose_swap, both, until, "", by=rows[0].provider, form_key=self.new_key())

    @having("swaps")
    @rule(pick=picks, overrule=sure)
    def accept_swap(self, pick, overrule):
        proposal = one(self.world.proposals(kind="swap"), pick)
        self.does(swap.accept_swap, proposal.pk, by=proposal.provider, overrule=overrule)

    @having("proposals")
    @rule(pick=picks)
    def remind(self, pick):
        proposal = one(self.world.proposals(), pick)
        self.does(remind.remind_proposal, proposal.pk, by=proposal.provider)

    def wish_for(self, pair, during, **more):
        client = self.world.clients[pair[1]]
        return Booking(client=client, during=during, title="as wished", **more)

    def times_for(self, row, picks, minutes, wild, session=None):
        offers = self.world.times(row, picks, wild=wild, ignoring=session)
        return offers, self.world.deadline(row, offers, minutes, wild=wild, session=session)

    @having("scheduled")
    @rule(pick=picks, pair=pairs, offers=times, minutes=patience, wild=wild)
    def offer(self, pick, pair, offers, minutes, wild):
        coach = self.world.coaches[pair[0]]
        session = one(self.world.scheduled(), pick)
        wisher = Session(provider=coach.user, client=self.world.clients[pair[1]])
        offers, until = self.times_for(wisher, offers, minutes, wild)
        booking = self.wish_for(pair, session.interval)
        self.does(
            conflicts.offer_times,
            OfferTimes(booking=booking, offers=offers, expires_at=until, form_key=self.new_key()),
            by=coach.user,
        )

    @having("scheduled")
    @rule(pick=picks, wisher=st.integers(0, 2), offers=times, minutes=patience, wild=wild, freed=sure)
    def ask(self, pick, wisher, offers, minutes, wild, freed):
        session = one(self.world.scheduled(), pick)
        offers, until = self.times_for(session, offers, minutes, wild, session)
        wish = AskToMove(
            booking=self.wish_for((0, wisher), session.interval),
            session_id=session.pk,
            session_version=session.version,
            offers=offers,
            expires_at=until,
            book_when_freed=freed,
            form_key=self.new_key(),
        )
        self.does(conflicts.ask_to_move, wish, by=session.provider)

    @having("scheduled")
    @rule(pick=picks, offers=times, minutes=patience, wild=wild)
    def ask_for_nobody(self, pick, offers, minutes, wild):
        session = one(self.world.scheduled(), pick)
        offers, until = self.times_for(session, offers, minutes, wild, session)
        self.changes(ask.ask_client_to_move, session, offers, until, "", form_key=self.new_key())

    @having("proposals")
    @rule(pick=picks)
    def lay_aside(self, pick):
        proposal = one(self.world.proposals()[::-1], pick)
        self.does(ask.lay_aside, proposal.pk, by=proposal.provider)

    @having("wishes")
    @rule(pick=picks, offers=times, minutes=patience, wild=wild)
    def offer_again(self, pick, offers, minutes, wild):
        case = one(self.world.wishes(), pick)
        offers, until = self.times_for(case, offers, minutes, wild)
        self.does(conflicts.offer_again, case.pk, offers, until, "", by=case.provider, form_key=self.new_key())

    @having("clashes")
    @rule(pick=picks, offers=times, minutes=patience, wild=wild)
    def ask_again(self, pick, offers, minutes, wild):
        case = one(self.world.wishes(minutes=None), pick)
        holder = Session.objects.holding().overlapping(case.provider, case.interval).first()
        offers, until = self.times_for(holder or case, offers, minutes, wild, holder)
        self.does(conflicts.ask_again, case.pk, offers, until, "", by=case.provider, form_key=self.new_key())

    @having("proposals")
    @rule(pick=picks, minutes=patience, wild=wild)
    def extend(self, pick, minutes, wild):
        proposal = one(self.world.proposals(), pick)
        offers = [offer.interval for offer in proposal.offers.all()]
        until = self.world.deadline(proposal, offers, minutes, wild=wild, session=proposal.session)
        self.does(extend.extend_proposal, proposal.pk, until, by=proposal.provider)


class Answers:
    """What becomes of times that were put to somebody."""

    @having("proposals")
    @rule(pick=picks, which=picks)
    def answer(self, pick, which):
        proposal = one(self.world.proposals(), pick)
        offer = one(list(proposal.offers.order_by("during")), which)
        self.does(proposals.answer_proposal, proposal.pk, offer.pk, by=None)

    @having("proposals")
    @rule(pick=picks)
    def none_fits(self, pick):
        self.does(proposals.decline_proposal, one(self.world.proposals(), pick).pk, "none fits", by=None)

    @having("proposals")
    @rule(pick=picks, own=st.lists(hours, min_size=1, max_size=3, unique=True))
    def none_fits_but(self, pick, own):
        instead = tuple(sorted(self.world.hour(each) for each in own))
        proposal = one(self.world.proposals(), pick)
        self.does(proposals.decline_proposal, proposal.pk, "rather", by=None, times=instead)

    @having("asked")
    @rule(pick=picks)
    def keep_the_hour(self, pick):
        proposal = one(self.world.proposals(session__isnull=False), pick)
        self.does(proposals.decline_proposal, proposal.pk, "", by=None, keeps=True)

    @having("counters")
    @rule(pick=picks, overrule=sure)
    def accept_counter(self, pick, overrule):
        written = one(self.world.counters(), pick)
        self.does(counter.accept_counter, written.pk, by=written.proposal.provider, overrule=overrule)

    @having("proposals")
    @rule(pick=picks)
    def take_back(self, pick):
        proposal = one(self.world.proposals(), pick)
        self.does(proposals.withdraw_proposal, proposal.pk, by=proposal.provider)


class Wishes:
    """Wishes for an hour, and for any that suits."""

    @having("wishes")
    @rule(pick=picks, hour=hours, overrule=sure)
    def book_for_wish(self, pick, hour, overrule):
        case = one(self.world.wishes(), pick)
        wish = Booking(client=case.client, during=self.world.hour(hour), overrule=overrule, case_id=case.pk)
        self.does(book.book_session, wish, by=case.provider)

    @having("wishes")
    @rule(pick=picks, overrule=sure)
    def book_freed(self, pick, overrule):
        case = one(self.world.wishes(), pick)
        self.does(conflicts.book_freed, case.pk, by=case.provider, overrule=overrule)

    @having("wishes")
    @rule(pick=picks)
    def give_up(self, pick):
        case = one(self.world.wishes(), pick)
        self.does(conflicts.withdraw_case, case.pk, by=case.provider)

    @having("wishes")
    @rule(pick=picks)
    def let_go(self, pick):
        case = one(sorted(self.world.wishes(), key=lambda each: each.held_until is None), pick)
        self.does(conflicts.let_go, case.pk, by=case.provider)

    def wait(self, client, windows, minutes, days, freed, anyway):
        return WaitFor(
            client=client,
            windows=WINDOWS[windows],
            minutes=minutes,
            last_date=self.world.today() + dt.timedelta(days=days),
            book_when_freed=freed,
            anyway=anyway,
            form_key=self.new_key(),
        )

    @rule(
        pair=pairs,
        windows=st.integers(0, 2),
        minutes=st.sampled_from((LENGTH, 30)),
        days=st.sampled_from((2, 9)),
        freed=sure,
        wild=wild,
    )
    def wait_for_any(self, pair, windows, minutes, days, freed, wild):
        wish = self.wait(self.world.clients[pair[1]], windows, minutes, days, freed, anyway=not wild)
        self.does(wait.put_on_list, wish, by=self.world.coaches[pair[0]].user)

    @having("waiting")
    @rule(pick=picks, windows=st.integers(0, 2), days=st.sampled_from((1, 9)), freed=sure)
    def wait_otherwise(self, pick, windows, days, freed):
        case = one(self.world.wishes(minutes__isnull=False), pick)
        wish = self.wait(case.client, windows, LENGTH, days, freed, anyway=True)
        self.does(wait.change_wait, case.pk, wish, by=case.provider)


class Time:
    """What happens by itself, and what is done twice."""

    @rule(pause=st.sampled_from(PAUSES))
    def time_passes(self, pause):
        self.world.now += pause

    @rule(coach=st.integers(0, 1))
    def tidy(self, coach):
        self.does(proposals.end_due, self.world.coaches[coach].pk)

    @precondition(lambda self: self.last)
    @rule()
    def do_the_same_again(self):
        deed, args, how = self.last
        self.does(deed, *args, **how)
