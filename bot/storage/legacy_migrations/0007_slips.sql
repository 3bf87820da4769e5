-- Titles by their length with either half: one slip of the finger leaves one half as it is.
DROP INDEX tracks_by_title;
CREATE INDEX tracks_by_title ON tracks (length(title_key), title_key, popularity DESC);
CREATE INDEX tracks_by_title_end ON tracks (
  length(title_key), substr(title_key, length(title_key) / 2 + 1), substr(title_key, 1, length(title_key) / 2),
  popularity DESC
);
