"""The use cases, async, without Discord."""
