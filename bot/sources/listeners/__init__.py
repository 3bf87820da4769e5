"""Sources that know which songs people play together: ListenBrainz."""
