"""The cogs, by the names of their modules: what people type, press and see."""

EXTENSIONS = (
    "cogs.recommend",
    "cogs.similar",
    "cogs.song_map",
    "cogs.odd_one_out",
    "cogs.playlists.playlist",
    "cogs.playlists.journeys",
    "cogs.playlists.radio",
    "cogs.playlists.song_list",
    "cogs.moderators.hot_list",
    "cogs.recommendation_buttons",
    "cogs.moderators.settings",
    "cogs.moderators.moderation",
    "cogs.moderators.status",
    "cogs.moderators.daily",
    "cogs.privacy",
    "cogs.context_menus",
    "cogs.conversation",
    "cogs.about",
    "cogs.welcome",
    "cogs.sessions.session",
)
