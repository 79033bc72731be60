"""Made-up companies of any size, written by SQL in seconds, always the same."""
