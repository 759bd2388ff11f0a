"""Runs what the sidecar asks for, one request after the other, in a thread of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Request = TypeVar("Request")


class Worker(Generic[Request]):
    """`run` gets one `run` message at a time, and does not raise."""

    def __init__(self, run: Callable[[Request], None]) -> None:
        self._run = run
        self._requests: queue.Queue[Request | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="headroom-runs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the run in hand has ended, or after a few seconds."""
        self.clear()
        self._requests.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def add(self, request: Request) -> None:
        self._requests.put(request)

    def clear(self) -> None:
        """Forgets what waits."""
        try:
            while True:
                self._requests.get_nowait()
        except queue.Empty:
            pass

    def _work(self) -> None:
        while True:
            request = self._requests.get()
            if request is None:
                return
            self._run(request)
