"""What tests share: settings, a simulated server, stand-ins of outside services, reading of messages."""
