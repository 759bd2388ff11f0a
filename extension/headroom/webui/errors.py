"""What a generation raised: which of the signs that service/hosts/out-of-memory.ts looks for show in it, and in what
words memory ran out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..wire.messages import ERROR_SIGNS, MAX_MEMORY_ERROR, MEMORY_WORDS

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


def memory_words(error: BaseException) -> str | None:
    """How torch, a library of the card's or the WebUI's attention said that memory ran out: figures and their own
    words, from the beginning of the text and no further than they go, so that nothing of a prompt is told.
    """
    for link in _chain(error):
        if not isinstance(link, (RuntimeError, OSError)):
            continue
        for pattern in MEMORY_WORDS:
            found = re.match(pattern, str(link))
            if found is not None:
                return found[0][:MAX_MEMORY_ERROR]
    return None


def drop(error: BaseException) -> None:
    """Lets go of the frames that an error holds, and of the tensors in them."""
    for link in list(_chain(error)):
        link.__traceback__ = None
        link.__cause__ = None
        link.__context__ = None
