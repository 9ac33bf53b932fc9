"""What `horizon init` writes for a newcomer."""
