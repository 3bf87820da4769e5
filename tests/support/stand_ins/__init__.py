"""Real HTTP servers on loopback in place of the services: `async with SpotifyStandIn() as spotify: …`."""
