"""The rows of this app, by their names."""

from __future__ import annotations

from scheduling.models.coach import AvailabilityOverride, AvailabilityRule, Coach, TimeOff
from scheduling.models.conflict import ConflictCase
from scheduling.models.counter import CounterTime
from scheduling.models.message import Message
from scheduling.models.note import NoteAddendum, SessionNote
from scheduling.models.opened import OpenedTime
from scheduling.models.proposal import RescheduleProposal, SlotOffer
from scheduling.models.session import Session
from scheduling.models.waiting import WaitingWindow

__all__ = [
    "AvailabilityOverride",
    "AvailabilityRule",
    "Coach",
    "ConflictCase",
    "CounterTime",
    "Message",
    "NoteAddendum",
    "OpenedTime",
    "RescheduleProposal",
    "Session",
    "SessionNote",
    "SlotOffer",
    "TimeOff",
    "WaitingWindow",
]
