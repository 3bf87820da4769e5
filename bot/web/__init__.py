"""The companion page and the JSON API: thin over the same services as the bot."""
