"""Reads for the pages of this room: functions that return frozen values, so that no template can ask the database."""
