"""SQLite through aiosqlite: one writer, a few readers, one repository an aggregate."""
