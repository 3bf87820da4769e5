-- One catalogue file. It is made once, in this order: these tables, the tracks, then `indexes.sql`; from then on
-- it is only read. Change a table here or there: raise SCHEMA in `building.py`, and files of the schema before
-- are made anew from their tracks at the next start, their keys as well.

-- A track keeps its row in every catalogue that is made of this one: the model's arrays refer to it.
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

-- Made ids of tracks whose Spotify id came with a later table: what was stored under them is still found.
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

-- Files whose songs are in here: the same file again is recognised by its digest.
CREATE TABLE imports (
  digest TEXT PRIMARY KEY,               -- SHA-256 of the file
  name TEXT NOT NULL,
  rows INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The catalogues this one was made of: the rows of a model that was trained on one of them are valid here.
CREATE TABLE ancestors (
  digest TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
