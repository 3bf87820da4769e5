-- Rounds of the odd one out. Votes go when the answer is shown; what people found stays as counts, without names.
CREATE TABLE odd_rounds (
  token TEXT PRIMARY KEY,
  channel INTEGER NOT NULL,
  track_ids TEXT NOT NULL,               -- JSON array of three
  made_at REAL NOT NULL,                 -- Unix seconds
  shown INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX odd_rounds_of_channel ON odd_rounds (channel, made_at);
CREATE TABLE odd_votes (
  token TEXT NOT NULL,
  "user" INTEGER NOT NULL,
  choice INTEGER NOT NULL,               -- 0 to 2
  PRIMARY KEY (token, "user")
) STRICT;
CREATE TABLE odd_triplets (
  token TEXT PRIMARY KEY,
  track_ids TEXT NOT NULL,
  votes TEXT NOT NULL,                   -- JSON array of three counts
  made_at REAL NOT NULL
) STRICT;
