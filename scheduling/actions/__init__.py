"""What may be done to the calendar; each function one intention, in one transaction."""
