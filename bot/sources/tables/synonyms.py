"""Column names of all roles."""

from collections.abc import Mapping

SYNONYMS: Mapping[str, str] = {
    "id": (
        "spotify_track_id, spotify_track_uri, spotify_id, spotify_uri, spotify_song_id, "
        "Spotify - id, track_id, track_uri, trackid, track.id, track.uri, id_songs, id_track, "
        "song_id, song_uri, uri, id, Titel-ID, ID du titre, track_url, track_link, spotify_url, "
        "spotify_link, spotify_track_url, external_urls.spotify, external_url, song_url, track_href, "
        "track.href, url, link, href, spotify"
    ),
    "title": (
        "track_name, track_title, song_name, song_title, name_song, name_track, track.name, "
        "trackname, master_metadata_track_name, title, song, track, name, Titel, Songtitel, "
        "Liedtitel, Lied, Titelname, Titre, Nom du titre, Nom de la piste, Morceau, Chanson, Título, "
        "Canción, Nombre, Nombre de la canción, Faixa, Música, Nome, Titolo, Brano, Nome del brano, "
        "Nummer, recording, composition, tune"
    ),
    "artists": (
        "artists, artist_names, Artist Name(s), artist(s)_name, artists_names, name_artists, "
        "artists_name, artist_name, track_artist, track_artists, track.artists, track.artist, "
        "Artist(s), artist, artistname, artists.name, artist.name, track_artist_name, "
        "track_artist_names, song_artist, main_artist, performer, performers, singer, singers, band, "
        "musician, Interpret, Interpreten, Interpret(en), Künstler, Künstlername, Künstler(in), "
        "Interprète, Interprètes, Artiste, Artistes, Nom de l'artiste, Artista, Artistas, "
        "Nombre del artista, Nome do artista, Artisti, Nome artista, Artiest, album_artist, "
        "album_artists, Album Artist Name(s)"
    ),
    "album": (
        "album_name, track_album_name, album.name, track.album.name, album_title, album, albumname, "
        "Albumname, Albumtitel, Nom de l'album, Álbum, Nombre del álbum, Nome do álbum, record, "
        "release_name, release"
    ),
    "release": (
        "album_release_date, track_album_release_date, track.album.release_date, album.release_date, "
        "release_date, released_date, track_release_date, released, date_released, release_year, "
        "album_release_year, released_year, year_released, track_year, song_year, Veröffentlichung, "
        "Veröffentlichungsdatum, Veröffentlicht, Erscheinungsdatum, Erscheinungsjahr, "
        "Veröffentlichungsjahr, Jahr, Date de sortie, Année de sortie, Année, Fecha de lanzamiento, "
        "Año de lanzamiento, Año, Data de lançamento, Ano de lançamento, Ano, Data di uscita, Anno, "
        "year, Release"
    ),
    "popularity": (
        "track_popularity, track.popularity, song_popularity, popularity_songs, spotify_popularity, "
        "popularity, Popularity Score, pop, Popularität, Beliebtheit, Popularité, Popularidad, "
        "Popularidade, Popolarità"
    ),
    "duration": (
        "duration_ms, track_duration_ms, track.duration_ms, Track Duration (ms), song_duration_ms, "
        "durationms, duration (ms), duration_msec, length_ms, track_duration, duration_s, "
        "duration_sec, duration_seconds, duration_secs, duration (s), duration (seconds), "
        "duration (min), duration_min, duration_minutes, duration_mins, song_duration, duration, "
        "length, Length (Duration), track_length, song_length, length_s, length_sec, length_seconds, "
        "length (seconds), length_min, time, dur, Dauer, Dauer (ms), Dauer (s), Länge, Spieldauer, "
        "Laufzeit, Durée, Durée (ms), Durée (s), Duración, Duração, Durata, playtime, runtime"
    ),
    "explicit": (
        "explicit, is_explicit, track.explicit, track_explicit, explicit_lyrics, explicit_content, "
        "explicit_content_lyrics, contains_explicit, has_explicit, has_explicit_lyrics, "
        "explicitness, track_explicitness, trackExplicitness, explicit_flag, explicit_track, "
        "song_explicit, explicit_label, content_advisory_rating, contentAdvisoryRating, "
        "content_rating, advisory, parental_advisory, explict, is_explict, explicite, Explizit, "
        "Explizite Inhalte, Nicht jugendfrei, Contenu explicite, Paroles explicites, Explícito, "
        "Explícita, Contenido explícito, Conteúdo explícito, Esplicito, nsfw"
    ),
    "genre": (
        "track_genre, genre, genres, track_genres, artist_genres, artist_genre, artist_top_genre, "
        "top_genre, playlist_genre, main_genre, primary_genre, album_genres, song_genre, "
        "music_genre, spotify_genres, Genre(s), Musikrichtung, Stilrichtung, Gattung, Género, "
        "Géneros, Gênero, Gêneros, Genere, Generi"
    ),
    "subgenre": "playlist_subgenre, subgenre, sub_genre, subgenres, sub_genres",
    "playlist": (
        "playlist_id, playlist_uri, playlist_url, playlist_name, playlist, playlists, Playlist-Name, "
        "Nom de la playlist, Nombre de la playlist"
    ),
    "acousticness": (
        "acousticness, acoustic, acousticity, acoustics, acous, acoust, Akustik, Akustizität, "
        "Akustisch, Akustikanteil, Akustischheit, Acoustique, Acousticité, Caractère acoustique, "
        "Acústica, Acusticidad, Acústico, Acusticidade, Acusticità, Acustica"
    ),
    "danceability": (
        "danceability, dancability, danceable, danceabilty, dance, dnce, Tanzbarkeit, Dansabilité, "
        "Dançabilité, Dançabilidade, Bailabilidad, Capacidad de baile, Ballabilità, Dansbaarheid"
    ),
    "energy": "energy, nrgy, energetic, energy_level, Energie, Énergie, Energía, Energia",
    "instrumentalness": (
        "instrumentalness, instrumental, instrumentality, instr, Instrumentalität, "
        "Instrumentalanteil, Instrumentell, Instrumentalité, Instrumentalidad, Instrumentalidade, "
        "Strumentalità, Instrumentalheit"
    ),
    "liveness": (
        "liveness, live, liveliness, Lebendigkeit, Live-Anteil, Live-Charakter, Liveanteil, "
        "Vivacité, Caractère live, En vivo, Vivacidad, Vivacidade, Directo, Vivacità, Dal vivo"
    ),
    "loudness": (
        "loudness, loudness_db, loud, db, overall_loudness, average_loudness, Lautstärke, Lautheit, "
        "Lautstaerke, Volume, Sonie, Intensité sonore, Niveau sonore, Volumen, Sonoridad, "
        "Sonoridade, Intensità"
    ),
    "speechiness": (
        "speechiness, speech, speachiness, speechness, spch, spoken, spokenness, Sprachanteil, "
        "Sprechanteil, Gesprochen, Sprachlichkeit, Redeanteil, Wortanteil, Parole, Paroles, "
        "Élocution, Présence de parole, Contenu parlé, Habla, Locuacidad, Palabras, Fala, Parlato"
    ),
    "tempo": (
        "tempo, bpm, tempo_bpm, Beats Per Minute (BPM), beats_per_minute, Beats Per Minute, "
        "average_bpm, Schläge pro Minute, Battements par minute, Andamento"
    ),
    "valence": (
        "valence, valance, val, positivity, positiveness, happiness, happy, Valenz, Positivität, "
        "Fröhlichkeit, Positivité, Valencia, Positividad, Valência, Positividade, Valenza, "
        "Positività"
    ),
    "key": (
        "key, track_key, song_key, musical_key, key_name, key_mode, camelot, camelot_key, "
        "key_camelot, key_signature, keys, root_note, pitch_class, Tonart, Grundton, Tonalité, "
        "Tonalidad, Clave, Tom, Tonalidade, Tonalità, initialkey, tone"
    ),
    "mode": (
        "mode, mode_name, track_mode, song_mode, audio_mode, modality, major_minor, Modus, "
        "Tongeschlecht, Modo, Modalità"
    ),
    "artist count": "artist_count, artists_count, n_artists, num_artists, number_of_artists",
    "artist ids": (
        "artist_ids, id_artists, artists_ids, artists_id, artist_uris, Artist URI(s), artist_uri, artist_id"
    ),
}
"""Column names by role, separated by commas, most specific first. They are compared after `fold`: case,
accents, blanks and signs do not matter. The last two are never stored: they tell whether a comma separates
two artists."""
