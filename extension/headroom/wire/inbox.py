"""What a page has sent and nobody has taken yet, within the sidecar's limits, which are its own to state (messages.py).

Applied here: what waits fills the memory of the WebUI.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque

from .messages import MAX_MESSAGE_BYTES, MAX_MESSAGES_PER_SECOND

MAX_WAITING = 64
MAX_WAITING_BYTES = 4 * MAX_MESSAGE_BYTES
SECOND_S = 1.0
CLOSE_UNSUPPORTED, CLOSE_POLICY, CLOSE_TOO_BIG, CLOSE_BUSY = 1003, 1008, 1009, 1013


class Inbox:
    def __init__(self) -> None:
        self._texts: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._waiting_bytes = 0
        self._arrivals_s: deque[float] = deque(maxlen=MAX_MESSAGES_PER_SECOND)

    def put(self, text: str | None) -> int | None:
        """The code to close the page with, where that was no message to keep."""
        now_s = time.monotonic()
        if len(self._arrivals_s) == MAX_MESSAGES_PER_SECOND and now_s - self._arrivals_s[0] < SECOND_S:
            return CLOSE_POLICY
        self._arrivals_s.append(now_s)
        if text is None:
            return CLOSE_UNSUPPORTED
        size = _bytes(text)
        if size > MAX_MESSAGE_BYTES:
            return CLOSE_TOO_BIG
        if self._texts.full() or self._waiting_bytes + size > MAX_WAITING_BYTES:
            return CLOSE_BUSY
        self._waiting_bytes += size
        self._texts.put_nowait(text)
        return None

    async def take(self) -> str:
        text = await self._texts.get()
        self._waiting_bytes -= _bytes(text)
        return text

    def is_empty(self) -> bool:
        return self._texts.empty()


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
