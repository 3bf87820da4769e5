"""Pagination; pages are counted from 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list.

    Attributes:
        number: counted from 0. count: the number of pages. total: the number of items on all pages.
        first: the index of its first item in the list.
    """

    items: Sequence[Item]
    number: int
    count: int
    total: int
    first: int

    def showing(self, items: Sequence[Other]) -> "Page[Other]":
        """The same page with other items."""
        return Page(items, self.number, self.count, self.total, self.first)


def page_count(total: int, size: int) -> int:
    """The number of pages; an empty list has one page."""
    return max(1, -(-total // size))


def page_of(items: Sequence[Item], number: int, size: int) -> Page[Item]:
    """A page of a list; beyond the last page, the last one."""
    number = in_range(number, len(items), size)
    first = number * size
    return Page(items[first : first + size], number, page_count(len(items), size), len(items), first)


def in_range(number: int, total: int, size: int) -> int:
    """The page number, limited to the last page."""
    return min(max(number, 0), page_count(total, size) - 1)
