"""Sources of cover pictures beside Deezer: Spotify's oEmbed, the Cover Art Archive."""
