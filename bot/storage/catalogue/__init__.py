"""Tables of the catalogue: tracks, labels, search indexes."""
