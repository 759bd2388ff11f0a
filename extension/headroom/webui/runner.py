"""Stands in for the WebUI's script runner during a benchmark run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .phases import PhaseHooks


class QuietRunner:
    """No extension takes part, and only the phases are watched."""

    def __init__(self, hooks: PhaseHooks) -> None:
        self._hooks = hooks
        # The runner's lists of scripts, in which forks look for one of their own.
        self.scripts: list[Any] = []
        self.alwayson_scripts: list[Any] = []
        self.selectable_scripts: list[Any] = []

    def process(self, p: Any, *_args: Any, **_kwargs: Any) -> None:
        self._hooks.before_init(p)

    def before_process_batch(self, p: Any, *_args: Any, **_kwargs: Any) -> None:
        self._hooks.before_batch(p)

    def process_before_every_sampling(self, p: Any, *_args: Any, **_kwargs: Any) -> None:
        self._hooks.before_sampling(p)

    def post_sample(self, p: Any, *_args: Any, **_kwargs: Any) -> None:
        self._hooks.post_sample(p)

    def postprocess_batch(self, p: Any, *_args: Any, **_kwargs: Any) -> None:
        self._hooks.postprocess_batch(p)

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Every other hook, those of forks and later versions included, does nothing."""
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_args, **_kwargs: None
