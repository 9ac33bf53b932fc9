"""One file a use case: read, let the core decide, write. The tools they need come as arguments."""
