"""Lists that come in pages."""

from __future__ import annotations

from typing import TypeVar

from bot.shop.asking import Asking, Resource
from bot.shop.client import Params
from bot.shop.wire import Page

T = TypeVar("T")

MOST_PAGES = 20


async def whole_list(
    asking: Asking,
    resource: Resource,
    steps: tuple[str, ...],
    into: type[Page[T]],
    params: Params = (),
) -> tuple[T, ...]:
    """All items over at most 20 pages; none where the list does not exist."""
    items: list[T] = []
    cursor: tuple[tuple[str, str], ...] = ()
    for _ in range(MOST_PAGES):
        found = await asking.find(resource, steps, into, (*params, *cursor))
        if found is None:
            break
        items += found.value.items
        if found.value.next_cursor is None:
            break
        cursor = (("cursor", found.value.next_cursor),)
    return tuple(items)
