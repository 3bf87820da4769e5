"""From a query to the song that is meant."""
