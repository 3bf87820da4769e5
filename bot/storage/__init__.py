"""The catalogue in SQLite files; the state in SQLite or PostgreSQL, one repository per aggregate."""
