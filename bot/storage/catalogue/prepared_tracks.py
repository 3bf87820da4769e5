"""Cleaned tracks with what is looked for in them: keys, and the artists as JSON."""

from collections.abc import Callable, Sequence
from json.encoder import encode_basestring

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bot.storage.catalogue.search_keys import full_keys, title_keys

_MARKED = r"(?i)[\s\pZ](?:[(\[-]|feat|ft)"
"""Where something may be left out of a title; elsewhere its key is the key of the whole."""
_ESCAPED = r'[\x00-\x1f"\\]'


def prepared_tracks(tracks: pa.Table) -> pa.Table:
    """Cleaned tracks with their keys, and their artists as JSON."""
    titles = tracks.column("title").combine_chunks()
    artists = tracks.column("artists").combine_chunks()
    lengths = pc.list_value_length(artists).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    names = artists.flatten()

    def joined(texts: pa.Array, between: str) -> pa.Array:
        return pc.binary_join(pa.ListArray.from_arrays(offsets, texts), between)

    quoted = pc.binary_join_element_wise('"', names, '"', "")
    listed = joined(_but(quoted, names, _ESCAPED, lambda some: list(map(encode_basestring, some))), ", ")
    full = pa.array(full_keys(titles.to_pylist()), pa.string())
    return (
        tracks.drop_columns("artists")
        .append_column("artists", pc.binary_join_element_wise("[", listed, "]", ""))
        .append_column("artist_key", joined(pa.array(full_keys(names.to_pylist()), pa.string()), " "))
        .append_column("title_key", _but(full, titles, _MARKED, title_keys))
        .append_column("full_key", full)
    )


def _but(
    usual: pa.Array, texts: pa.Array, pattern: str, special: Callable[[Sequence[str]], list[str]]
) -> pa.Array:
    """What is usual, but something special for the texts in which the pattern is found."""
    where = pc.match_substring_regex(texts, pattern)
    return pc.replace_with_mask(usual, where, pa.array(special(texts.filter(where).to_pylist()), pa.string()))
