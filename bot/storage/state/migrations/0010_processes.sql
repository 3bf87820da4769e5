-- The processes that share this state and run shards of their own.
CREATE TABLE processes (
  process TEXT PRIMARY KEY,              -- drawn at its start
  shard_ids TEXT NOT NULL,               -- JSON array
  shard_count INTEGER NOT NULL,          -- the same for all
  seen_at REAL NOT NULL                  -- Unix seconds; who was not seen for long is dead
) STRICT;

-- Goes up with every change, so that of two changes to one state the second is made anew.
ALTER TABLE sessions ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
