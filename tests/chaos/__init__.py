"""Several processes on one PostgreSQL, killed and restarted under load: `python -m tests.chaos --help`."""
