"""Discord's gateway and REST on loopback, as much of them as the unmodified discord.py client needs here."""
