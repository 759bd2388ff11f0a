"""Sees what a generation raises: no hook is called then. Whatever it is goes on as if nobody had looked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..guard import guarded
from .a1111 import Webui
from .wrapped import Wrapped


class ErrorWatch:
    """Around the WebUI's function that does a whole generation. `on_error` keeps nothing of the error: its frames hold
    tensors.
    """

    def __init__(self, webui: Webui, on_error: Callable[[Any, Exception], None]) -> None:
        self._on_error = on_error
        self._wrapped = Wrapped(webui, "processing", "process_images_inner", self._generate)

    @guarded
    def start(self) -> None:
        self._wrapped.start()

    @guarded
    def stop(self) -> None:
        self._wrapped.stop()

    def _generate(self, original: Callable[..., Any], p: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(p, *args, **kwargs)
        except Exception as error:
            self._on_error(p, error)
            raise
