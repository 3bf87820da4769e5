"""Commands and messages of listening sessions."""
