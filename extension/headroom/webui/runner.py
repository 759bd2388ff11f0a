"""Stands in for the WebUI's script runner during a benchmark run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .marks import RunMarks, mark, mark_sampling

MARKED = ("process", "before_process_batch", "post_sample", "postprocess_batch")


class QuietRunner:
    """No extension takes part, and only the marks are set."""

    def __init__(self, marks: RunMarks) -> None:
        self._marks = marks
        # The runner's lists of scripts, in which forks look for one of their own.
        self.scripts: list[Any] = []
        self.alwayson_scripts: list[Any] = []
        self.selectable_scripts: list[Any] = []

    def process_before_every_sampling(self, p: Any, *_args: Any, **_kwargs: Any) -> None:
        mark_sampling(self._marks, p)

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Every other hook, those of forks and later versions included, does nothing but set its mark."""
        if name.startswith("__"):
            raise AttributeError(name)

        def hook(p: Any = None, *_args: Any, **_kwargs: Any) -> None:
            if name in MARKED:
                mark(self._marks, name, p)

        return hook
