-- What the moderators of a server settled; a server without a row has the defaults.
CREATE TABLE guilds (
  guild INTEGER PRIMARY KEY,
  prefix TEXT,                           -- NULL: the operator's
  channels TEXT NOT NULL,                -- JSON array of channel ids; empty: everywhere
  explicit TEXT CHECK (explicit IN ('never', 'age-restricted', 'always')),
  player INTEGER NOT NULL,
  dj_role INTEGER,
  quiet INTEGER NOT NULL
) STRICT;

-- Songs that are always hot in a server, songs and artists that are never recommended there.
CREATE TABLE guild_songs (
  guild INTEGER NOT NULL,
  song TEXT NOT NULL,                    -- the key that all versions of a song share
  mark TEXT NOT NULL CHECK (mark IN ('pinned', 'blocked')),
  token TEXT NOT NULL,                   -- a track id, or names a hot song
  title TEXT NOT NULL,
  artists TEXT NOT NULL,                 -- JSON array of names
  at REAL NOT NULL,                      -- Unix seconds
  PRIMARY KEY (guild, song)
) STRICT, WITHOUT ROWID;
CREATE TABLE guild_artists (
  guild INTEGER NOT NULL,
  artist TEXT NOT NULL,                  -- the name, normalised
  name TEXT NOT NULL,
  at REAL NOT NULL,
  PRIMARY KEY (guild, artist)
) STRICT, WITHOUT ROWID;

-- Who changed what in a server.
CREATE TABLE guild_log (
  entry INTEGER PRIMARY KEY,
  guild INTEGER NOT NULL,
  moderator INTEGER,                     -- a user; NULL: one who asked to be forgotten
  what TEXT NOT NULL,
  before TEXT NOT NULL,                  -- JSON
  after TEXT NOT NULL,                   -- JSON
  at REAL NOT NULL
) STRICT;
CREATE INDEX guild_log_by_guild ON guild_log (guild, entry);
CREATE INDEX guild_log_by_moderator ON guild_log (moderator) WHERE moderator IS NOT NULL;

-- Thumbs up and down.
CREATE TABLE feedback (
  user INTEGER NOT NULL,
  guild INTEGER,                         -- NULL: in direct messages
  song TEXT NOT NULL,                    -- the key that all versions of a song share
  token TEXT NOT NULL,                   -- a track id, or names a hot song
  title TEXT NOT NULL,
  artists TEXT NOT NULL,                 -- JSON array of names
  liked INTEGER NOT NULL CHECK (liked IN (0, 1)),
  at REAL NOT NULL
) STRICT;
CREATE UNIQUE INDEX feedback_by_user ON feedback (user, ifnull(guild, 0), song);
CREATE INDEX feedback_disliked ON feedback (guild, song) WHERE liked = 0;
CREATE INDEX feedback_by_age ON feedback (at);

-- Who asked for a recommendation; NULL: before this was noted.
ALTER TABLE recommendations ADD COLUMN user INTEGER;
CREATE INDEX recommendations_by_user ON recommendations (user, recommendation) WHERE user IS NOT NULL;
