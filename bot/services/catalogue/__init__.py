"""Use cases of the operator: importing tables, training, reports, backups."""
