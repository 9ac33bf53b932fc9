"""An event, its fields, and what is done with many of them."""
