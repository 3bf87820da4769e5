"""Use cases for the operator: import, training, reports, backups."""
