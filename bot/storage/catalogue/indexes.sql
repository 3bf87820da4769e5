-- The indexes of a catalogue, built once all its tracks are there. `normalise(text)` is a function of
-- the connection that runs this.

-- Titles by their length: for exact titles and for prefixes (`tracks.py`).
CREATE INDEX tracks_by_title ON tracks (length(title_key), title_key, popularity DESC);

-- From the most popular track to the least, so that the first rowids of an unsorted full-text query are the most
-- popular matches.
CREATE TABLE ranked (
  rank INTEGER PRIMARY KEY,
  row INTEGER NOT NULL REFERENCES tracks
) STRICT;
INSERT INTO ranked (row) SELECT row FROM tracks ORDER BY popularity DESC NULLS LAST, row;
CREATE UNIQUE INDEX ranked_by_row ON ranked (row);

CREATE VIRTUAL TABLE track_words USING fts5 (
  title, artist, content = '', columnsize = 0, prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0"
);
INSERT INTO track_words (rowid, title, artist)
SELECT rank, normalise(title), artist_key FROM ranked JOIN tracks USING (row) ORDER BY rank;
INSERT INTO track_words (track_words) VALUES ('optimize');

-- Titles are padded with blanks, so that the first and last letters have trigrams of their own (`trigrams.py`).
CREATE VIRTUAL TABLE title_trigrams USING fts5 (
  title, content = '', columnsize = 0, detail = none, tokenize = "trigram case_sensitive 1"
);
INSERT INTO title_trigrams (rowid, title)
SELECT rank, '  ' || title_key || ' ' FROM ranked JOIN tracks USING (row) ORDER BY rank;
INSERT INTO title_trigrams (title_trigrams) VALUES ('optimize');
