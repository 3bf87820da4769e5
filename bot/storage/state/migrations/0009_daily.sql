-- What is posted into a channel of a server by itself, every day or every week.
CREATE TABLE daily_plans (
  guild INTEGER NOT NULL,
  kind TEXT NOT NULL,                    -- song, mix or hotlist
  channel INTEGER NOT NULL,
  hour INTEGER NOT NULL,                 -- 0 to 23, of the time zone
  zone TEXT NOT NULL,                    -- its name, such as Europe/Berlin
  weekday INTEGER,                       -- 0 is Monday; NULL is every day
  fault TEXT,                            -- why nothing could be posted the last time
  PRIMARY KEY (guild, kind)
) STRICT;

-- The days that are dealt with: whoever adds one posts, so that it is posted once.
CREATE TABLE daily_posts (
  guild INTEGER NOT NULL,
  kind TEXT NOT NULL,
  day TEXT NOT NULL,                     -- of the time zone, as 2026-12-31
  at REAL NOT NULL,                      -- Unix seconds
  songs TEXT NOT NULL,                   -- JSON array of the ids of the songs that were posted
  PRIMARY KEY (guild, kind, day)
) STRICT;
CREATE INDEX daily_posts_by_age ON daily_posts (at);
