-- What servers and people settle, and what was fetched. Tracks are named by their ids, whichever catalogue is in
-- force.

-- Songs that came from outside services; those nobody asks for expire.
CREATE TABLE fetched_songs (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  artists TEXT NOT NULL,                 -- JSON array of names
  title_key TEXT NOT NULL,               -- base title, normalised
  artist_key TEXT NOT NULL,              -- all names, normalised, separated by spaces
  album TEXT,
  popularity INTEGER,
  duration_ms INTEGER,
  release_year INTEGER,
  explicit INTEGER,
  key INTEGER,
  mode INTEGER,
  isrc TEXT,
  acousticness REAL,                     -- the features: all known, or none
  danceability REAL,
  energy REAL,
  instrumentalness REAL,
  liveness REAL,
  loudness REAL,
  speechiness REAL,
  tempo REAL,
  valence REAL,
  source TEXT NOT NULL,
  used_at REAL NOT NULL                  -- Unix seconds of the last use
) STRICT;
CREATE INDEX fetched_songs_by_title ON fetched_songs (title_key);
CREATE INDEX fetched_songs_by_use ON fetched_songs (used_at);

-- The hot list: whole charts only; the newest fetched is the one in force.
CREATE TABLE charts (
  chart INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  title TEXT NOT NULL,
  week TEXT NOT NULL,                    -- ISO date
  fetched_at REAL NOT NULL               -- Unix seconds
) STRICT;
CREATE TABLE chart_entries (
  chart INTEGER NOT NULL REFERENCES charts ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  title TEXT NOT NULL,
  artist TEXT NOT NULL,
  title_key TEXT NOT NULL,
  last_week INTEGER,
  peak INTEGER,
  weeks INTEGER,
  track_id TEXT,
  PRIMARY KEY (chart, rank)
) STRICT;

-- What a channel was recommended lately, so that it is not told the same song twice in a row.
CREATE TABLE recommendations (
  recommendation INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL,
  track_id TEXT,
  hot_song TEXT,                         -- or the reference of a hot song
  at REAL NOT NULL,                      -- Unix seconds
  "user" INTEGER,                        -- who asked; NULL outside Discord
  CHECK ((track_id IS NULL) <> (hot_song IS NULL))
) STRICT;
CREATE INDEX recommendations_by_channel ON recommendations (channel, recommendation);
CREATE INDEX recommendations_by_user ON recommendations ("user", recommendation) WHERE "user" IS NOT NULL;

-- Outside services: until when to leave one alone; which songs nobody knows.
CREATE TABLE source_blocks (
  source TEXT PRIMARY KEY,
  until REAL NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE TABLE unknown_songs (
  song TEXT PRIMARY KEY,                 -- a track id or a normalised query
  until REAL NOT NULL
) STRICT;

-- Small values: the digest of the synced commands, when the hot list was last refreshed, measured quality.
CREATE TABLE metadata (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

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
  song_ref TEXT NOT NULL,                   -- a track id, or names a hot song
  title TEXT NOT NULL,
  artists TEXT NOT NULL,                 -- JSON array of names
  at REAL NOT NULL,                      -- Unix seconds
  PRIMARY KEY (guild, song)
) STRICT;
CREATE TABLE guild_artists (
  guild INTEGER NOT NULL,
  artist TEXT NOT NULL,                  -- the name, normalised
  name TEXT NOT NULL,
  at REAL NOT NULL,
  PRIMARY KEY (guild, artist)
) STRICT;

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
  "user" INTEGER NOT NULL,
  guild INTEGER,                         -- NULL: in direct messages
  song TEXT NOT NULL,                    -- the key that all versions of a song share
  song_ref TEXT NOT NULL,                   -- a track id, or names a hot song
  title TEXT NOT NULL,
  artists TEXT NOT NULL,                 -- JSON array of names
  liked INTEGER NOT NULL CHECK (liked IN (0, 1)),
  at REAL NOT NULL
) STRICT;
CREATE UNIQUE INDEX feedback_by_user ON feedback ("user", coalesce(guild, 0), song);
CREATE INDEX feedback_disliked ON feedback (guild, song) WHERE liked = 0;
CREATE INDEX feedback_by_age ON feedback (at);
CREATE INDEX feedback_by_song_ref ON feedback (song_ref);

-- A channel's radio. What it played stays when another one begins there, so that nothing comes again soon.
CREATE TABLE radios (
  channel INTEGER PRIMARY KEY,
  song_ref TEXT NOT NULL,                   -- the song it began with
  title TEXT NOT NULL,
  artists TEXT NOT NULL,                 -- JSON array of names
  played INTEGER NOT NULL,               -- songs since it began
  used_at REAL NOT NULL                  -- Unix seconds
) STRICT;
CREATE TABLE radio_songs (
  song INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL REFERENCES radios ON DELETE CASCADE,
  track_id TEXT NOT NULL
) STRICT;
CREATE INDEX radio_songs_by_channel ON radio_songs (channel, song);

-- Playlists that were made, for the buttons under them.
CREATE TABLE playlists (
  token TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('song', 'cluster', 'mood')),
  name TEXT NOT NULL,
  track_ids TEXT NOT NULL,               -- JSON array, in order
  made_at REAL NOT NULL                  -- Unix seconds
) STRICT;

-- Listening sessions. One is open in a channel at most; an ended one stays for its history.
CREATE TABLE sessions (
  session INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL,
  guild INTEGER NOT NULL,
  voice INTEGER,                         -- the voice channel whose people take part
  mode TEXT NOT NULL CHECK (mode IN ('fair', 'blend', 'hot', 'journey')),
  auto INTEGER NOT NULL,                 -- whether it moves on by itself at the end of a song
  age_restricted INTEGER NOT NULL,       -- whether the channel is
  began_at REAL NOT NULL,                -- Unix seconds, like all times here
  touched_at REAL NOT NULL,              -- when somebody last did something
  ended_at REAL,
  panel INTEGER,                         -- the message that shows it
  due_at REAL                            -- when it has to be looked after next; NULL once it has ended
) STRICT;
CREATE UNIQUE INDEX sessions_open ON sessions (channel) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_channel ON sessions (channel, session);
CREATE INDEX sessions_by_voice ON sessions (voice) WHERE ended_at IS NULL AND voice IS NOT NULL;
CREATE INDEX sessions_due ON sessions (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE session_people (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  "user" INTEGER NOT NULL,
  place INTEGER NOT NULL,                -- in the order of joining; the first is the host
  served INTEGER NOT NULL,               -- songs played when a song was last theirs, or when they joined
  away_since REAL,                       -- when they left the voice channel
  asked_at REAL,                         -- when they were asked whether they are still there
  PRIMARY KEY (session, "user")
) STRICT;
CREATE TABLE session_queue (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  entry INTEGER NOT NULL,
  "user" INTEGER NOT NULL,
  song_ref TEXT NOT NULL, title TEXT NOT NULL, artists TEXT NOT NULL, seconds REAL,
  PRIMARY KEY (session, entry)
) STRICT;
CREATE TABLE session_songs (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  number INTEGER NOT NULL,
  "user" INTEGER,                        -- for whom; NULL: for all, or for one who asked to be forgotten
  why TEXT NOT NULL,
  about TEXT NOT NULL,
  began_at REAL NOT NULL,
  skipped INTEGER NOT NULL,
  song_ref TEXT NOT NULL, title TEXT NOT NULL, artists TEXT NOT NULL, seconds REAL,
  PRIMARY KEY (session, number)
) STRICT;
CREATE TABLE session_upcoming (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  place INTEGER NOT NULL,
  "user" INTEGER,
  why TEXT NOT NULL,
  about TEXT NOT NULL,
  song_ref TEXT NOT NULL, title TEXT NOT NULL, artists TEXT NOT NULL, seconds REAL,
  PRIMARY KEY (session, place)
) STRICT;
CREATE TABLE session_skips (             -- votes against the song that is on
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  "user" INTEGER NOT NULL,
  PRIMARY KEY (session, "user")
) STRICT;
CREATE TABLE session_opinions (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  number INTEGER NOT NULL,
  "user" INTEGER NOT NULL,
  liked INTEGER NOT NULL,
  PRIMARY KEY (session, number, "user")
) STRICT;
CREATE TABLE session_polls (
  session INTEGER PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
  message INTEGER,                       -- NULL: not posted yet
  ends_at REAL NOT NULL
) STRICT;
CREATE TABLE session_candidates (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  answer INTEGER NOT NULL,               -- from 0
  song_ref TEXT NOT NULL, title TEXT NOT NULL, artists TEXT NOT NULL, seconds REAL,
  PRIMARY KEY (session, answer)
) STRICT;
CREATE INDEX session_people_by_user ON session_people ("user");
CREATE INDEX session_queue_by_user ON session_queue ("user");
CREATE INDEX session_songs_by_user ON session_songs ("user") WHERE "user" IS NOT NULL;
CREATE INDEX session_upcoming_by_user ON session_upcoming ("user") WHERE "user" IS NOT NULL;
CREATE INDEX session_skips_by_user ON session_skips ("user");
CREATE INDEX session_opinions_by_user ON session_opinions ("user");
