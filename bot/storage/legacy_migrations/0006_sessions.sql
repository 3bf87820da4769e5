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
  user INTEGER NOT NULL,
  place INTEGER NOT NULL,                -- in the order of joining; the first is the host
  served INTEGER NOT NULL,               -- songs played when a song was last theirs, or when they joined
  away_since REAL,                       -- when they left the voice channel
  asked_at REAL,                         -- when they were asked whether they are still there
  PRIMARY KEY (session, user)
) STRICT, WITHOUT ROWID;
CREATE TABLE session_queue (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  entry INTEGER NOT NULL,
  user INTEGER NOT NULL,
  token TEXT NOT NULL, title TEXT NOT NULL, artists TEXT NOT NULL, row INTEGER, seconds REAL,
  PRIMARY KEY (session, entry)
) STRICT, WITHOUT ROWID;
CREATE TABLE session_songs (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  number INTEGER NOT NULL,
  user INTEGER,                          -- for whom; NULL: for all, or for one who asked to be forgotten
  why TEXT NOT NULL,
  about TEXT NOT NULL,
  began_at REAL NOT NULL,
  skipped INTEGER NOT NULL,
  token TEXT NOT NULL, title TEXT NOT NULL, artists TEXT NOT NULL, row INTEGER, seconds REAL,
  PRIMARY KEY (session, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE session_upcoming (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  place INTEGER NOT NULL,
  user INTEGER,
  why TEXT NOT NULL,
  about TEXT NOT NULL,
  token TEXT NOT NULL, title TEXT NOT NULL, artists TEXT NOT NULL, row INTEGER, seconds REAL,
  PRIMARY KEY (session, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE session_skips (             -- votes against the song that is on
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  user INTEGER NOT NULL,
  PRIMARY KEY (session, user)
) STRICT, WITHOUT ROWID;
CREATE TABLE session_opinions (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  number INTEGER NOT NULL,
  user INTEGER NOT NULL,
  liked INTEGER NOT NULL,
  PRIMARY KEY (session, number, user)
) STRICT, WITHOUT ROWID;
CREATE TABLE session_polls (
  session INTEGER PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
  message INTEGER,                       -- NULL: not posted yet
  ends_at REAL NOT NULL
) STRICT;
CREATE TABLE session_candidates (
  session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  answer INTEGER NOT NULL,               -- from 0
  token TEXT NOT NULL, title TEXT NOT NULL, artists TEXT NOT NULL, row INTEGER, seconds REAL,
  PRIMARY KEY (session, answer)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_people_by_user ON session_people (user);
CREATE INDEX session_queue_by_user ON session_queue (user);
CREATE INDEX session_songs_by_user ON session_songs (user) WHERE user IS NOT NULL;
CREATE INDEX session_upcoming_by_user ON session_upcoming (user) WHERE user IS NOT NULL;
CREATE INDEX session_skips_by_user ON session_skips (user);
CREATE INDEX session_opinions_by_user ON session_opinions (user);
