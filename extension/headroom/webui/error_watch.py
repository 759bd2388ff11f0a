"""Sees what a generation raises: no hook is called then. Whatever it is goes on as if nobody had looked."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..guard import guarded
from .a1111 import Webui

MODULE, FUNCTION = "processing", "process_images_inner"


class ErrorWatch:
    """Wraps the WebUI's function that does a whole generation. `on_error` keeps nothing of the error: its frames hold
    tensors.
    """

    def __init__(self, webui: Webui, on_error: Callable[[Any, Exception], None]) -> None:
        self._webui = webui
        self._on_error = on_error
        self._wrapper: Any = None
        self._is_on = False

    @guarded
    def start(self) -> None:
        module = self._webui.module(MODULE)
        original = getattr(module, FUNCTION, None)
        self._is_on = original is not None
        if original is None or self._wrapper is not None:
            return

        @functools.wraps(original)
        def generate(p: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return original(p, *args, **kwargs)
            except Exception as error:
                if self._is_on:
                    self._on_error(p, error)
                raise

        self._wrapper = generate
        setattr(module, FUNCTION, generate)

    @guarded
    def stop(self) -> None:
        self._is_on = False
        module = self._webui.module(MODULE)
        # Where another extension has wrapped ours meanwhile it stays, and does nothing.
        if self._wrapper is not None and getattr(module, FUNCTION, None) is self._wrapper:
            setattr(module, FUNCTION, self._wrapper.__wrapped__)
            self._wrapper = None
