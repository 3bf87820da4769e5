-- Which way a radio goes and what a session chooses by itself: a digit a direction (bot/domain/steering.py).
ALTER TABLE radios ADD COLUMN steering TEXT NOT NULL DEFAULT '';
-- The song that a steered radio is compared with; NULL: the one it began with.
ALTER TABLE radios ADD COLUMN steered_from TEXT;
ALTER TABLE sessions ADD COLUMN steering TEXT NOT NULL DEFAULT '';
