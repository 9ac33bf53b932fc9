"""Horizon: a calendar and alert service for what is about to happen in an industry."""
