"""The Discord client: the bot, its context, interactions, deduplication, rate limit, checks, permissions."""
