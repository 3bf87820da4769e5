"""The recommendation model: pure and synchronous, without Discord and HTTP."""
