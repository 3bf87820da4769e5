"""Commands that give several songs."""
