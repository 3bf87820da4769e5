-- The catalogue. `row` never changes: the model's arrays refer to it.
CREATE TABLE tracks (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
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
  acousticness REAL,
  danceability REAL,
  energy REAL,
  instrumentalness REAL,
  liveness REAL,
  loudness REAL,
  speechiness REAL,
  tempo REAL,
  valence REAL,
  source TEXT NOT NULL CHECK (source IN ('import', 'spotify', 'reccobeats')),
  used_at REAL,                          -- Unix seconds of the last use; fetched rows only: they expire
  CHECK (source = 'import' OR used_at IS NOT NULL),
  CHECK (source <> 'import' OR valence IS NOT NULL)
) STRICT;
CREATE INDEX tracks_by_title ON tracks (title_key, popularity DESC);
CREATE INDEX tracks_fetched ON tracks (used_at) WHERE source <> 'import';

CREATE TABLE labels (
  label INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('genre', 'subgenre', 'playlist')),
  name TEXT NOT NULL,
  UNIQUE (kind, name)
) STRICT;
CREATE TABLE track_labels (
  row INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
  label INTEGER NOT NULL REFERENCES labels,
  PRIMARY KEY (row, label)
) STRICT, WITHOUT ROWID;

-- Search. Ranks are laid down from the most popular track to the least, so that the first rowids
-- of an unsorted full-text query are the most popular matches.
CREATE TABLE ranked (
  rank INTEGER PRIMARY KEY,
  row INTEGER NOT NULL UNIQUE REFERENCES tracks ON DELETE CASCADE
) STRICT;
CREATE VIRTUAL TABLE track_words USING fts5 (
  title, artist, content = '', columnsize = 0, prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0"
);
CREATE VIRTUAL TABLE title_trigrams USING fts5 (
  title, content = '', columnsize = 0, detail = none, tokenize = "trigram case_sensitive 1"
);
CREATE VIRTUAL TABLE trigram_counts USING fts5vocab (title_trigrams, 'row');

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
) STRICT, WITHOUT ROWID;
CREATE INDEX chart_entries_by_title ON chart_entries (chart, title_key);

-- What a channel was recommended lately, so that it is not told the same song twice in a row.
CREATE TABLE recommendations (
  recommendation INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL,
  row INTEGER,                           -- the catalogue's row of the pick
  hot_song TEXT,                         -- or the key of a hot song
  at REAL NOT NULL,                      -- Unix seconds
  CHECK ((row IS NULL) <> (hot_song IS NULL))
) STRICT;
CREATE INDEX recommendations_by_channel ON recommendations (channel, recommendation);

-- Outside services: until when to leave one alone; which songs nobody knows.
CREATE TABLE source_blocks (
  source TEXT PRIMARY KEY,
  until REAL NOT NULL,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE unknown_songs (
  song TEXT PRIMARY KEY,                 -- a track id or a normalised query
  until REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- Small facts: the catalogue's fingerprint, the digest of the synced commands.
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
