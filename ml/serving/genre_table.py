"""Families of genres, so that a playlist across genres is not one genre under several names."""

from functools import lru_cache

_FAMILIES: dict[str, str] = {
    # Regions first: songs in one language are nearer to each other than to the style they borrow from.
    "south asian": "indian, bollywood, filmi, pop film, desi, punjabi, hindi, tamil, telugu, bhangra",
    "east asian": """k pop, j pop, j rock, j idol, j dance, anime, cantopop, mandopop, c pop, korean,
    japanese, chinese, malay, indonesian, thai, viet""",
    "brazilian": "brazil, brazilian, mpb, pagode, samba, sertanejo, forro, bossa nova, baile funk",
    "latin": """latin, latino, latina, reggaeton, salsa, bachata, tango, spanish, cumbia, tropical, mexican,
    flamenco""",
    "middle eastern": "turkish, iranian, persian, arabic, arab, hebrew",
    "african": "afrobeat, afrobeats, afropop, amapiano, highlife, nigerian",
    "german": "german, deutsch, schlager",
    "french": "french, chanson",
    "nordic": "swedish, norwegian, danish, finnish",
    "hip hop": "hip hop, hiphop, rap, trap, drill, hip pop, grime",
    "metal": "metal, heavy metal, metalcore, grindcore, deathcore, thrash",
    "punk": "punk, emo, hardcore, ska, screamo",
    "electronic": """electronic, electro, edm, house, techno, trance, dubstep, dub, drum and bass, hardstyle,
    breakbeat, idm, club, garage, trip hop, industrial, rave, big room, jungle, elektro""",
    "r&b": "r n b, r b, rnb, soul, funk, groove, disco, gospel, motown, new jack swing, urban contemporary",
    "country and folk": """country, folk, bluegrass, honky tonk, singer songwriter, songwriter, acoustic,
    guitar, americana""",
    "jazz and blues": "jazz, blues, swing, big band, ragtime",
    "reggae": "reggae, dancehall, roots",
    "classical": "classical, opera, piano, baroque, orchestra, klassik, new age",
    "quiet": "ambient, sleep, study, chill, lo fi, lofi, meditation",
    "stage": "disney, show tunes, musical, soundtrack, comedy, children, kids",
    "rock": """rock, grunge, alternative, indie, goth, rockabilly, permanent wave, shoegaze, rock n roll,
    britpop""",
    "pop": "pop, british, dance, party, happy, sad, romance, synth pop, indie pop, power pop, electropop",
}
_WORDS = [
    (f" {word} ", family)
    for family, listed in _FAMILIES.items()
    for word in (" ".join(part.split()) for part in listed.split(","))
]
_EXACT = {word.strip(): family for word, family in _WORDS}


_SUNG_THERE = ("south asian", "east asian", "brazilian", "latin", "middle eastern", "german", "french")
"""Families whose songs are mostly sung in the region's own languages."""


def words_of(label: str) -> str:
    """A genre's name to compare: `"R-n-B"` and `"r n b"` are one."""
    letters = "".join(c if c.isalnum() else " " for c in label.casefold())
    return " ".join(letters.split())


@lru_cache(maxsize=4_096)
def family_of(label: str) -> str:
    """The family of a genre; the genre itself where no family is known."""
    words = words_of(label)
    if words in _EXACT:
        return _EXACT[words]
    return next((family for word, family in _WORDS if word in f" {words} "), words)


def family_rank(label: str) -> int:
    """The rank of a genre's family: regions first, then styles, unknown ones last."""
    families = list(_FAMILIES)
    family = family_of(label)
    return families.index(family) if family in _FAMILIES else len(families)


def region_of(label: str) -> str | None:
    """The region whose languages a genre is mostly sung in; None for a style that is sung anywhere."""
    family = family_of(label)
    return family if family in _SUNG_THERE else None
