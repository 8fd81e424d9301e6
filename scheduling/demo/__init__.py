"""An invented practice to look at: the same people, hours and sessions for the same seed and day."""
