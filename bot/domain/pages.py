"""Pagination: a list cut into pages, counted from 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list.

    Attributes:
        number: counted from 0. count: how many pages there are. total: how many items are on all of them.
        first: the place of its first item in the list, counted from 0.
    """

    items: Sequence[Item]
    number: int
    count: int
    total: int
    first: int

    def showing(self, items: Sequence[Other]) -> "Page[Other]":
        """The same page with what is shown in place of the items."""
        return Page(items, self.number, self.count, self.total, self.first)


def page_count(total: int, size: int) -> int:
    """How many pages so many items fill; an empty list has one page."""
    return max(1, -(-total // size))


def page_of(items: Sequence[Item], number: int, size: int) -> Page[Item]:
    """A page of a list at hand; beyond the last page it is the last."""
    number = in_range(number, len(items), size)
    first = number * size
    return Page(items[first : first + size], number, page_count(len(items), size), len(items), first)


def in_range(number: int, total: int, size: int) -> int:
    """The page of that number, or the last one where there are fewer."""
    return min(max(number, 0), page_count(total, size) - 1)
