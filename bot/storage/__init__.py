"""SQLite through aiosqlite: one writer, several readers, one repository per aggregate."""
