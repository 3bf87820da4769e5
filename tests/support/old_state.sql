-- A row of every kind in a database of schema 8; made up. Some name rows of tracks that are gone.
INSERT INTO tracks VALUES
  (1, 'Made0up0Song0000000001', 'Étude (Live)', '["Zoë", "Nobody"]', 'etude', 'zoe nobody', 'Album', 40, 200000,
   1999, 1, 3, 1, NULL, 0.1, 0.2, 0.3, 0.4, 0.5, -6.5, 0.05, 120.5, 0.75, 'import', NULL),
  (2, 'local:0123456789abcdef012345', 'Without Id', '["Somebody"]', 'without id', 'somebody', NULL, NULL, NULL,
   NULL, NULL, NULL, NULL, 'XX123', 0.1, 0.2, 0.3, 0.4, 0.5, -6.5, 0.05, 120.5, 0.25, 'import', NULL),
  (5, 'Made0up0Song0000000005', 'Fetched', '["Else"]', 'fetched', 'else', NULL, 70, NULL, 2020, 0, NULL, NULL, 'YY1',
   0.9, 0.2, 0.3, 0.4, 0.5, -6.5, 0.05, 120.5, 0.5, 'spotify', 1700000000.5),
  (6, 'Made0up0Song0000000006', 'Silent', '["Else"]', 'silent', 'else', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
   NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'reccobeats', 1700000001.5),
  (7, 'Made0up0Song0000000007', 'Later', '["Nobody"]', 'later', 'nobody', NULL, 90, 1000, 2021, 0, 0, 0, NULL,
   0.1, 0.2, 0.3, 0.4, 0.5, -6.5, 0.05, 99.0, 0.5, 'import', NULL);
INSERT INTO labels VALUES (1, 'genre', 'lullaby'), (4, 'playlist', 'p'), (6, 'subgenre', 'sea shanty');
INSERT INTO track_labels VALUES (1, 1), (1, 4), (7, 6), (7, 1);
INSERT INTO imports VALUES ('feed', 'table.csv', 12, 3, 0, 9, 1.5);
INSERT INTO charts VALUES (3, 'billboard', 'Hot 100', '2026-11-21', 1790000000.0);
INSERT INTO chart_entries VALUES (3, 1, 'Hot One', 'Zoë', 'hot one', 2, 1, 9, 'Made0up0Song0000000001');
INSERT INTO recommendations (recommendation, channel, row, hot_song, at, user) VALUES
  (1, 7, 1, NULL, 10.0, 99), (2, 7, NULL, 'hot:0123456789abcdef', 11.0, NULL), (3, 7, 5, NULL, 12.0, 99),
  (4, 8, 4, NULL, 13.0, 99);
INSERT INTO source_blocks VALUES ('Spotify', 9e9, 'asked too much');
INSERT INTO unknown_songs VALUES ('name:nobody knows it', 9e9);
INSERT INTO facts VALUES ('catalogue', 'old fingerprint'), ('commands', 'digest'),
  ('quality', '{"catalogue": "old fingerprint", "seed": 1, "methods": {}}');
INSERT INTO guilds VALUES (100, '?', '[1, 2]', 'never', 1, 55, 0);
INSERT INTO guild_songs VALUES
  (100, 'etude|nobody', 'pinned', 'Made0up0Song0000000001', 'Étude', '["Zoë"]', 1.0),
  (100, 'hot one|zoe', 'blocked', 'hot:0123456789abcdef', 'Hot One', '["Zoë"]', 2.0);
INSERT INTO guild_artists VALUES (100, 'loud band', 'Loud Band', 3.0);
INSERT INTO guild_log VALUES (4, 100, 99, 'prefix', 'null', '"?"', 4.0), (5, 100, NULL, 'quiet', 'true', 'false', 5.0);
INSERT INTO feedback VALUES
  (99, 100, 'etude|nobody', 'Made0up0Song0000000001', 'Étude', '["Zoë", "Nobody"]', 1, 1790000000.0),
  (99, NULL, 'fetched|else', 'Made0up0Song0000000005', 'Fetched', '["Else"]', 0, 1790000001.0);
INSERT INTO stations VALUES (7, 'Made0up0Song0000000001', 'Étude', '["Zoë"]', 2, 6.0);
INSERT INTO station_songs VALUES (1, 7, 7), (2, 7, 1), (3, 7, 999);
INSERT INTO playlists VALUES ('abc', 'mood', 'chill', '[7, 1, 999, 2]', 7.0);
INSERT INTO sessions VALUES (2, 7, 100, NULL, 'fair', 1, 0, 1.0, 2.0, NULL, 1234, 3.0), (1, 7, 100, 9, 'hot', 0, 1, 1.0, 2.0, 3.0, NULL, NULL);
INSERT INTO session_people VALUES (2, 99, 0, 1, NULL, NULL), (2, 98, 1, 0, 5.0, 6.0);
INSERT INTO session_queue VALUES (2, 1, 98, 'Made0up0Song0000000007', 'Later', '["Nobody"]', 7, 1.0);
INSERT INTO session_songs VALUES (2, 1, 99, 'asked', '', 1.0, 0, 'hot:0123456789abcdef', 'Hot One', '["Zoë"]', NULL, NULL);
INSERT INTO session_upcoming VALUES (2, 0, NULL, 'blend', 'Calm', 'Made0up0Song0000000001', 'Étude', '["Zoë"]', 1, 200.0);
INSERT INTO session_skips VALUES (2, 98);
INSERT INTO session_opinions VALUES (2, 1, 98, 1);
INSERT INTO session_polls VALUES (2, NULL, 9.0);
INSERT INTO session_candidates VALUES (2, 0, 'Made0up0Song0000000007', 'Later', '["Nobody"]', 7, 1.0);
