"""Cleaned tracks with what is looked for in them: keys, and the artists as JSON."""

from collections.abc import Sequence
from json.encoder import encode_basestring

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bot.storage.search_keys import full_keys, title_keys


def prepared_tracks(tracks: pa.Table) -> pa.Table:
    """Cleaned tracks with their keys, and their artists as JSON."""
    titles = tracks.column("title").to_pylist()
    artists = tracks.column("artists").combine_chunks()
    lengths = pc.list_value_length(artists).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    names = artists.flatten().to_pylist()

    def joined(texts: Sequence[str], between: str) -> pa.Array:
        return pc.binary_join(pa.ListArray.from_arrays(offsets, pa.array(texts, pa.string())), between)

    listed = joined(list(map(encode_basestring, names)), ", ")
    return (
        tracks.drop_columns("artists")
        .append_column("artists", pc.binary_join_element_wise("[", listed, "]", ""))
        .append_column("artist_key", joined(full_keys(names), " "))
        .append_column("title_key", pa.array(title_keys(titles), pa.string()))
        .append_column("full_key", pa.array(full_keys(titles), pa.string()))
    )
