import os
from collections.abc import Callable

import pytest

from bot.domain.errors import UnreadableTable
from bot.services.worker_process import Died, apart

Say = Callable[[object], None]


def count(to: int, say: Say) -> None:
    for number in range(to):
        say((number, os.getpid()))


def refuse(say: Say) -> None:
    say("first")
    raise UnreadableTable("Too {odd} to read.", detail="for the log")


def die(say: Say) -> None:
    os._exit(9)


def test_what_is_said_comes_over_in_order_from_another_process() -> None:
    said = list(apart(count, 3))
    assert [number for number, _ in said] == [0, 1, 2]
    assert os.getpid() not in {process for _, process in said}


def test_a_refusal_keeps_its_words() -> None:
    saying = apart(refuse)
    assert next(saying) == "first"
    with pytest.raises(UnreadableTable, match=r"Too \{odd\} to read") as refused:
        next(saying)
    assert refused.value.detail == "for the log"


def test_a_death_is_noticed() -> None:
    with pytest.raises(Died, match="die ended with 9"):
        list(apart(die))
