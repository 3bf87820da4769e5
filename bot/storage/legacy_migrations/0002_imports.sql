-- Files whose songs are in the catalogue: the same file again is recognised by its digest.
CREATE TABLE imports (
  digest TEXT PRIMARY KEY,               -- SHA-256 of the file
  name TEXT NOT NULL,
  rows INTEGER NOT NULL,
  imported INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  merged INTEGER NOT NULL,
  at REAL NOT NULL                       -- Unix seconds
) STRICT, WITHOUT ROWID;
