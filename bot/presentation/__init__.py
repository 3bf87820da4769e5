"""What people see: embeds, pages, escaped texts, sentences for errors."""
