-- Keyed hashes of people who used /forgetme in the last minutes: a request that began before writes nothing about them.
-- The newest row stays, with an empty mark, so that no number is given twice.
CREATE TABLE forget_marks (
  number INTEGER PRIMARY KEY,
  mark TEXT NOT NULL,
  at REAL NOT NULL                       -- Unix seconds
) STRICT;
