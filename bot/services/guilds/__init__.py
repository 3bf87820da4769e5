"""What servers and people settle: settings, pins and blocks, feedback, privacy."""
