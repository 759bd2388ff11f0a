"""What a generation raised, and what of the signs that service/hosts/out-of-memory.ts looks for shows in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..wire.messages import ERROR_SIGNS

MOST_SIGNS = 20


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def signs_of(error: BaseException) -> list[str]:
    """Their names, the outermost error's first. Nothing of its text, which may hold the prompt."""
    seen = [
        name
        for link in _chain(error)
        for name, classes, pattern in ERROR_SIGNS
        if any(kind.__name__ in classes for kind in type(link).__mro__)
        and re.search(pattern, str(link), re.IGNORECASE | re.MULTILINE)
    ]
    return seen[:MOST_SIGNS]


def drop(error: BaseException) -> None:
    """Lets go of the frames that an error holds, and of the tensors in them."""
    for link in list(_chain(error)):
        link.__traceback__ = None
        link.__cause__ = None
        link.__context__ = None
