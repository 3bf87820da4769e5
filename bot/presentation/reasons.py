"""The reason for a recommendation in one sentence."""

from collections.abc import Mapping

from bot.domain.recommendations import ArtistSound, ClusterReason, HotReason, Nearness, Recommendation
from bot.i18n.cluster_names import cluster_name
from bot.i18n.marking import marked
from bot.i18n.translator import Translator

_NEARNESS: Mapping[Nearness, str] = {
    "features": marked("Of the other hot songs it is one of the nearest in sound."),
    "artist": marked("Of the other hot songs it is one of the nearest, going by how their artists sound."),
}


def why(answer: Recommendation, translate: Translator) -> str:
    """What the answer is based on, if not on the song's own sound, and the reason for the pick; unescaped."""
    if answer.basis == "listeners":
        return translate("People who play “{title}” also play this.", title=answer.seed.title)
    reason = reason_sentence(answer.reason, translate, steered=bool(answer.steering.directions))
    return f"{artist_basis(answer.artist_sound, translate)} {reason}" if answer.artist_sound else reason


def artist_basis(sound: ArtistSound, translate: Translator) -> str:
    """The sentence that an answer is based on an artist's songs, unescaped."""
    title, artist = sound.song.title, sound.artist
    if sound.songs == 1 and title:
        return translate(
            "I do not know how “{title}” sounds; going by the only other song by {artist} that I know.",
            title=title,
            artist=artist,
        )
    if not title:
        return translate.plural(
            "Going by {number} song by {artist}.",
            "Going by {number} songs by {artist}.",
            sound.songs,
            artist=artist,
        )
    return translate.plural(
        "I do not know how “{title}” sounds; going by {number} other song by {artist}.",
        "I do not know how “{title}” sounds; going by {number} other songs by {artist}.",
        sound.songs,
        title=title,
        artist=artist,
    )


def reason_sentence(
    reason: HotReason | ClusterReason, translate: Translator, *, steered: bool = False
) -> str:
    """Why the pick matches the seed, unescaped.

    Args:
        steered: whether it was picked in a direction from the seed.
    """
    if isinstance(reason, HotReason):
        if not (reason.seed.rank and reason.pick.rank):
            return _pinned(reason, translate)
        both = translate(
            "Both are on the hot list ({chart}, week of {week}): "
            "yours at no. {seed}, this one at no. {pick}.",
            chart=translate(reason.chart.title),
            week=translate.day(reason.chart.week),
            seed=reason.seed.rank,
            pick=reason.pick.rank,
        )
        return f"{both} {translate(_NEARNESS[reason.near])}" if reason.near else both
    if not reason.fell_over:
        place = marked("Both are in the cluster “{cluster}”")
    elif steered:
        place = marked("One of the nearest songs that way, from the cluster “{cluster}”")
    else:
        place = marked("Its own cluster has nothing new left here, so this is from the nearest, “{cluster}”")
    where = translate(place, cluster=cluster_name(reason.cluster_name, translate))
    if not reason.shared:
        return translate("{where}.", where=where)
    return translate(
        "{where}; both are {sounds}.",
        where=where,
        sounds=translate.listing([translate(w) for w in reason.shared]),
    )


def _pinned(reason: HotReason, translate: Translator) -> str:
    if reason.seed.rank:
        return translate(
            "Yours is no. {rank} of the hot list ({chart}); a moderator pinned this one.",
            rank=reason.seed.rank,
            chart=translate(reason.chart.title),
        )
    if reason.pick.rank:
        return translate(
            "A moderator pinned yours; this one is no. {rank} of the hot list ({chart}, week of {week}).",
            rank=reason.pick.rank,
            chart=translate(reason.chart.title),
            week=translate.day(reason.chart.week),
        )
    return translate("A moderator pinned both.")
