"""A document's text, and what it announces."""
