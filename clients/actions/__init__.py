"""What may be done to people's records; each function one intention, in one transaction."""
