"""The outside world: feature sources, chart sources, tables of songs."""
