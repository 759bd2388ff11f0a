"""Runs what the sidecar asks for, one request after the other, each in a thread of its own.

PyTorch gives each thread that computes a cuBLAS handle, with a workspace that stays on the card, and a cuDNN handle
with the engines that it chose. A thread that ends hands them on: so a run of ours leaves nothing on the card that the
WebUI's next generation does not use, and no run finds the engines of the one before.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any


class Worker:
    """`run` gets one request at a time, and does not raise."""

    def __init__(self, run: Callable[[Any], None]) -> None:
        self._run = run
        self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="headroom-runs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the run in hand has ended, or after a few seconds."""
        self.clear()
        self._requests.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def add(self, request: Any) -> None:
        self._requests.put(request)

    def clear(self) -> None:
        """Forgets what waits."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._requests.get_nowait()

    def _work(self) -> None:
        while (request := self._requests.get()) is not None:
            turn = threading.Thread(target=self._run, args=(request,), name="headroom-run", daemon=True)
            turn.start()
            turn.join()
