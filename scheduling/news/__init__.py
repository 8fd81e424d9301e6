"""What this room tells, and to whom: a mail, a word at the bell, a line of the thread, for every kind of news."""

from __future__ import annotations
