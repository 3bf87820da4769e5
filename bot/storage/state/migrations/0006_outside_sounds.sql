-- What services told of songs whose own sound nobody knows: which songs people play together with them. Never trained on;
-- what was found long ago expires.
CREATE TABLE outside_sounds (
  song TEXT PRIMARY KEY,                 -- the key that all versions of a song share
  basis TEXT NOT NULL CHECK (basis IN ('listeners')),
  source TEXT NOT NULL,
  found TEXT NOT NULL,                   -- JSON: [MusicBrainz id, title, artist, score] of each recording
  at REAL NOT NULL                       -- Unix seconds
) STRICT;
CREATE INDEX outside_sounds_by_age ON outside_sounds (at);
-- A song that is answered by its artist is kept without features.
ALTER TABLE fetched_songs ADD COLUMN basis TEXT NOT NULL DEFAULT 'features' CHECK (basis IN ('features', 'artist'));
