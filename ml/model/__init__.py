"""Learning: features, embedding, clusters."""
