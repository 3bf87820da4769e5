"""Sources of charts: Billboard, Apple Music, Deezer."""
