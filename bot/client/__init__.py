"""The Discord client: bot, context, interactions, deduplication, rate limit, checks, permissions."""
