"""Public catalogues: their list, their licences, and the download."""
