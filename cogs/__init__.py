"""What a person types: parse, check, call one service, show."""
