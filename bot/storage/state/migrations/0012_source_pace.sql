-- How much of what a service takes the processes on this state have used, together.
CREATE TABLE source_pace (
  source TEXT PRIMARY KEY,
  empty_at REAL NOT NULL                 -- Unix seconds; nothing is used any more from then on
) STRICT;

-- Where another process may ask sooner than the one that noted the block; NULL: it may not.
ALTER TABLE source_blocks ADD COLUMN until_elsewhere REAL;
