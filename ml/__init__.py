"""Audio features to clusters to picks: pure, synchronous, no Discord, no HTTP."""
