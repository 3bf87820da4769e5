-- A channel's radio. What it played stays when another one begins there, so that nothing comes again soon.
CREATE TABLE stations (
  channel INTEGER PRIMARY KEY,
  token TEXT NOT NULL,                   -- the song it began with
  title TEXT NOT NULL,
  artists TEXT NOT NULL,                 -- JSON array of names
  played INTEGER NOT NULL,               -- songs since it began
  used_at REAL NOT NULL                  -- Unix seconds
) STRICT;
CREATE TABLE station_songs (
  song INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL REFERENCES stations ON DELETE CASCADE,
  row INTEGER NOT NULL
) STRICT;
CREATE INDEX station_songs_by_channel ON station_songs (channel, song);
-- What people think of the songs it played steers it.
CREATE INDEX feedback_by_token ON feedback (token);

-- Playlists that were made, for the buttons under them.
CREATE TABLE playlists (
  token TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('song', 'cluster', 'mood')),
  name TEXT NOT NULL,
  rows TEXT NOT NULL,                    -- JSON array of catalogue rows, in order
  made_at REAL NOT NULL                  -- Unix seconds
) STRICT, WITHOUT ROWID;
