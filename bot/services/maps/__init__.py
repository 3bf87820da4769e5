"""Maps of the catalogue."""
