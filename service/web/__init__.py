"""HTTP: each handler parses, calls one operation or one read, and renders once."""
