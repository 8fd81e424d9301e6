"""What this room shows on the pages that all rooms share: the coach's home, and the reports."""
