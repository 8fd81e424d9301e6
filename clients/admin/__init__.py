"""The tables of people and records, as the office sees them."""

from __future__ import annotations

from clients.admin import directory, people, records, users

__all__ = ["directory", "people", "records", "users"]
