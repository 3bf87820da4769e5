-- Unique ids and unique rows as indexes of their own: an import fills the tables first and sorts afterwards.
CREATE TABLE tracks_next (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
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
INSERT INTO tracks_next SELECT * FROM tracks;
DROP TABLE tracks;
ALTER TABLE tracks_next RENAME TO tracks;
CREATE UNIQUE INDEX tracks_by_id ON tracks (id);
CREATE INDEX tracks_by_title ON tracks (length(title_key), title_key, popularity DESC);
CREATE INDEX tracks_by_title_end ON tracks (
  length(title_key), substr(title_key, length(title_key) / 2 + 1), substr(title_key, 1, length(title_key) / 2),
  popularity DESC
);
CREATE INDEX tracks_fetched ON tracks (used_at) WHERE source <> 'import';

CREATE TABLE ranked_next (
  rank INTEGER PRIMARY KEY,
  row INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE
) STRICT;
INSERT INTO ranked_next SELECT * FROM ranked;
DROP TABLE ranked;
ALTER TABLE ranked_next RENAME TO ranked;
CREATE UNIQUE INDEX ranked_by_row ON ranked (row);

-- Nobody asks how many titles a piece is in any more.
DROP TABLE trigram_counts;
