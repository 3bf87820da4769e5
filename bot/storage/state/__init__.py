"""Tables of what servers and people settle, and of what was fetched."""
