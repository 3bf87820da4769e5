"""Sources that find songs by name and tell which recording each is: Deezer."""
