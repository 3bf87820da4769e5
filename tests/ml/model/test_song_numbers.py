import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml.model.song_numbers import song_numbers


def test_tracks_that_share_a_key_are_one_song_also_through_others() -> None:
    numbers = song_numbers([["a"], ["b"], ["a", "c"], [], ["c", "d"], ["e"], ["d"]])
    assert numbers.tolist() == [0, 1, 0, 2, 0, 3, 0]


def test_no_tracks_are_no_songs() -> None:
    assert len(song_numbers([])) == 0


@given(st.lists(st.lists(st.integers(0, 30), max_size=3), min_size=1, max_size=40))
def test_numbers_have_no_gaps_and_a_shared_key_is_one_number(keys: list[list[int]]) -> None:
    numbers = song_numbers(keys)
    assert np.unique(numbers).tolist() == list(range(int(numbers.max()) + 1))
    for at, own in enumerate(keys):
        for other, theirs in enumerate(keys):
            if set(own) & set(theirs):
                assert numbers[at] == numbers[other]
