"""Refusals around two sessions that swap their times."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import Refusal


class SameClient(Refusal):
    """Both sessions are of one client, who has nobody to swap with."""

    code = "same_client"
    status = 422
    message = _("Both sessions are of the same client.")
    next_step = _("Choose a session of somebody else, or move one of the two.")


class InOneAnothersWay(Refusal):
    """Each would begin where the other began, and one is too long for that."""

    code = "in_one_anothers_way"
    message = _("After the swap the two would overlap, because one is longer. Nothing was changed.")
    next_step = _("Move one of the two instead.")


class NotBothAgreed(Refusal):
    """Somebody has not said yes yet."""

    code = "not_both_agreed"
    message = _("Not both have said yes. Nothing was swapped.")
    next_step = _("Wait for the answer, or withdraw the question and swap them yourself.")


class SwapIsYesOrNo(Refusal):
    """Other times, or words, in answer to a swap: nobody would read them."""

    code = "swap_is_yes_or_no"
    status = 422
    message = _("A swap can only be answered with yes or no: other times would be read by nobody. Nothing was changed.")
    next_step = _("Choose one of the two answers. Call if another time would suit.")


class BothSaidYes(Refusal):
    """Nobody has yet to answer, so there is nobody to remind."""

    code = "both_said_yes"
    message = _("Both have said yes already. Nobody was reminded.")
    next_step = _("See in Pending what keeps them apart, and swap them there.")


class HalfASwap(Refusal):
    """One question of the two without the other, or with another end."""

    code = "half_a_swap"
    message = _("A swap is of two sessions: both change, or none.")
    next_step = _("Reload the page to see how things stand, then try again.")
