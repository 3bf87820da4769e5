-- Songs by name. `title_names(title)` and `artist_names(artists)` are functions of the connection
-- that runs this; each returns a JSON array of keys. Built after `ranked`.

-- Titles and artists by all of their keys, in order of popularity.
CREATE TABLE title_names (
  key TEXT NOT NULL,
  rank INTEGER NOT NULL REFERENCES ranked,
  PRIMARY KEY (key, rank)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO title_names (key, rank)
SELECT value, rank FROM ranked JOIN tracks USING (row) CROSS JOIN json_each(title_names(title)) ORDER BY value, rank;
CREATE TABLE artist_names (
  key TEXT NOT NULL,
  rank INTEGER NOT NULL REFERENCES ranked,
  PRIMARY KEY (key, rank)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO artist_names (key, rank)
SELECT value, rank FROM ranked JOIN tracks USING (row) CROSS JOIN json_each(artist_names(artists)) ORDER BY value, rank;

-- Each key once, to find misspelt ones: by its length with either half (one typo leaves one half unchanged), and
-- by its trigrams.
CREATE TABLE names (
  name INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  artist INTEGER NOT NULL                -- 1: an artist's, 0: a title's
) STRICT;
INSERT INTO names (key, artist)
SELECT key, artist FROM (
  SELECT key, 0 AS artist, min(rank) AS rank FROM title_names GROUP BY key
  UNION ALL
  SELECT key, 1, min(rank) FROM artist_names GROUP BY key
) ORDER BY rank, artist;
CREATE INDEX names_by_beginning ON names (length(key), substr(key, 1, length(key) / 2));
CREATE INDEX names_by_end ON names (length(key), substr(key, length(key) / 2 + 1));
CREATE VIRTUAL TABLE name_trigrams USING fts5 (
  key, content = '', columnsize = 0, detail = none, tokenize = "trigram case_sensitive 1"
);
INSERT INTO name_trigrams (rowid, key) SELECT name, '  ' || key || ' ' FROM names ORDER BY name;
INSERT INTO name_trigrams (name_trigrams) VALUES ('optimize');
