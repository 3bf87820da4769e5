"""Songs in sentences, in the reader's language."""

from bot.domain.errors import SongNotFound
from bot.domain.recommendations import SeedSong
from bot.domain.song_names import name_to_store
from bot.i18n.translator import translator_for
from bot.presentation.sentences import sentence_for
from bot.presentation.song_names import stored_name

SONG = SeedSong("Creep", ("Radiohead",))


def test_the_nearest_songs_of_a_refusal_are_named_in_the_readers_language() -> None:
    error = SongNotFound("Creeep", [SONG, SeedSong("Yesterday", ("The Beatles",))])
    assert "Creep by Radiohead; Yesterday by The Beatles" in str(error)
    german = sentence_for(error, translator_for("de"), prefix="!")
    assert german is not None
    assert "Creep von Radiohead; Yesterday von The Beatles" in german


def test_a_playlist_is_named_in_the_readers_language_and_older_ones_as_they_were_stored() -> None:
    assert stored_name(name_to_store(SONG), translator_for("de")) == "Creep von Radiohead"
    assert stored_name("Creep by Radiohead", translator_for("de")) == "Creep by Radiohead"
    assert stored_name(name_to_store(SeedSong("", ("Radiohead",))), translator_for("de")) == "Radiohead"


def test_a_share_is_written_as_the_language_does() -> None:
    shares = {language: translator_for(language).percent(0.915, 1) for language in ("en", "de", "ja")}
    assert shares == {"en": "91.5%", "de": "91,5\xa0%", "ja": "91.5%"}
