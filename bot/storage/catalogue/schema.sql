-- A catalogue file. It is built once, in this order: these tables, the tracks, `indexes.sql`; then it is only
-- read. After a change of a table here or there, raise SCHEMA in `building.py`: files of the older schema are
-- rebuilt from their tracks at the next start.

-- A track keeps its row in all catalogues derived from this one: the model's arrays refer to it.
CREATE TABLE tracks (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,               -- of Spotify, or made of title and artists: `local:…`
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
  acousticness REAL NOT NULL,
  danceability REAL NOT NULL,
  energy REAL NOT NULL,
  instrumentalness REAL NOT NULL,
  liveness REAL NOT NULL,
  loudness REAL NOT NULL,
  speechiness REAL NOT NULL,
  tempo REAL NOT NULL,
  valence REAL NOT NULL
) STRICT;

-- Generated ids of tracks that got their Spotify id from a later table; older references still work.
CREATE TABLE former_ids (
  id TEXT PRIMARY KEY,
  row INTEGER NOT NULL REFERENCES tracks
) STRICT, WITHOUT ROWID;

CREATE TABLE labels (
  label INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('genre', 'subgenre', 'playlist')),
  name TEXT NOT NULL,
  UNIQUE (kind, name)
) STRICT;
CREATE TABLE track_labels (
  row INTEGER NOT NULL REFERENCES tracks,
  label INTEGER NOT NULL REFERENCES labels,
  PRIMARY KEY (row, label)
) STRICT, WITHOUT ROWID;

-- The imported files; a file that is imported again is recognised by its digest.
CREATE TABLE imports (
  digest TEXT PRIMARY KEY,               -- SHA-256 of the file
  name TEXT NOT NULL,
  rows INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The catalogues from which this one was derived: rows of a model that was trained on one of them are valid.
CREATE TABLE ancestors (
  digest TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
