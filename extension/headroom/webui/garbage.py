"""Python's garbage, which may hold tensors: collected before and after each run of ours.

A full collection looks at every object of the WebUI and takes 0.4 s and more. So what was there before a run is set
aside while it lasts, and the collection after it looks at nothing but what the run has made. Before the next run there
is nothing to collect where nobody has used the WebUI in between.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .a1111 import Webui


class Garbage:
    def __init__(self, webui: Webui) -> None:
        self._webui = webui
        self._left: tuple[Any, ...] | None = None

    def is_as_left(self) -> bool:
        """Whether nothing has been done since our last run; asked before the WebUI is told of the next one."""
        return self._left is not None and self._left == self._done()

    @contextmanager
    def of_a_run(self, *, is_as_left: bool) -> Iterator[None]:
        """`collect` in it is quick."""
        if not is_as_left:
            gc.collect()
        gc.freeze()
        try:
            yield
        finally:
            # The WebUI collects what an old checkpoint leaves in cycles: nothing of its own may stay set aside.
            gc.unfreeze()
            self._left = self._done()

    def collect(self) -> None:
        gc.collect()

    def _done(self) -> tuple[Any, ...] | None:
        """Every job of the WebUI's sets the time at which it began. None where a fork keeps none."""
        began = getattr(self._webui.state, "time_start", None)
        return None if began is None else (began, self._webui.loaded_checkpoint)
