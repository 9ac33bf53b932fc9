"""What a document or a calendar would change, and what it is matched with."""
