"""Public catalogues: which there are, under which licence, and how they are fetched."""
