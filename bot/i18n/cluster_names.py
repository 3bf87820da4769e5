"""Translates the names of clusters, which are stored as text, by their parts."""

from functools import reduce

from bot.i18n.marking import marked
from bot.i18n.translator import ENGLISH, Translator
from ml.serving.cluster_names import MIXED, SONGS, ClusterName

_WORDS = {MIXED: marked("mixed"), SONGS: marked("songs")}


def cluster_name(name: str, translate: Translator) -> str:
    """`Slow dark folk like Nick Drake` in the reader's language; genres and artists stay as they are."""
    if translate is ENGLISH or not name:
        return name
    parts = ClusterName.parse(name)
    genre = translate(_WORDS[SONGS]) if parts.genre == SONGS else parts.genre
    words = genre
    if parts.traits:
        traits = reduce(
            lambda one, other: translate("{one} {other}", one=one, other=other), map(translate, parts.traits)
        )
        words = translate("{traits} {genre}", traits=traits, genre=genre) if genre else traits
    if parts.artist:
        words = translate("{words} like {artist}", words=words, artist=parts.artist)
    return words[:1].upper() + words[1:]
