-- Whether a server prefers well known or hidden songs; NULL: neither.
ALTER TABLE guilds ADD COLUMN familiarity TEXT CHECK (familiarity IN ('known', 'hidden'));
