"""Hours of commands with faults: `python -m tests.soak --minutes 30`."""
