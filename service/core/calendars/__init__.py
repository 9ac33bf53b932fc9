"""Calendars for others' programs, and those that come in: iCalendar, Atom, time zones."""
