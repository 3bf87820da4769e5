"""The public tables of songs: recognised by their columns, read in bounded memory, cleaned."""
