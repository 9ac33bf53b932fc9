"""Dates as far as they are known, durations, working days, and the words for them."""
