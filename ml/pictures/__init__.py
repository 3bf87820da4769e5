"""Pictures: radar charts and the map."""
