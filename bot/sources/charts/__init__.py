"""Who publishes a chart: Billboard, Apple Music, Deezer."""
