-- Songs that nobody could find: the key of all their spellings and the folded words, without who asked or where.
CREATE TABLE unfound_songs (
  entry INTEGER PRIMARY KEY,             -- names it in menus
  song TEXT NOT NULL UNIQUE,             -- the key
  words TEXT NOT NULL,                   -- folded, to look it up again
  asked INTEGER NOT NULL,                -- how often
  shown INTEGER NOT NULL,                -- 1 from the third different asker on
  at REAL NOT NULL                       -- Unix seconds of the last time
) STRICT;
CREATE INDEX unfound_songs_by_age ON unfound_songs (at);

-- Until it is shown: a number of ten bits for each asker, from a salted hash; it fits every thousandth person.
CREATE TABLE unfound_marks (
  song TEXT NOT NULL REFERENCES unfound_songs (song) ON DELETE CASCADE,
  mark INTEGER NOT NULL,
  at REAL NOT NULL,                      -- Unix seconds of the first time
  PRIMARY KEY (song, mark)
) STRICT;
CREATE INDEX unfound_marks_by_age ON unfound_marks (at);

-- Which song was meant by such words: in one server, or everywhere (guild 0) as the host said.
CREATE TABLE named_songs (
  entry INTEGER PRIMARY KEY,             -- names it in menus
  guild INTEGER NOT NULL,
  song TEXT NOT NULL,                    -- the key of what is typed
  words TEXT NOT NULL,
  song_ref TEXT NOT NULL,                -- the song that was meant
  title TEXT NOT NULL,
  artists TEXT NOT NULL,                 -- JSON array of names
  at REAL NOT NULL,                      -- Unix seconds
  UNIQUE (guild, song)
) STRICT;
CREATE INDEX named_songs_by_song ON named_songs (song);

-- How often something happened within an hour: requests to a source, those that failed, answers by their basis.
CREATE TABLE hourly_counts (
  hour INTEGER NOT NULL,                 -- Unix hours
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (hour, kind, name)
) STRICT;
