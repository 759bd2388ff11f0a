"""One of the WebUI's functions with another around it, for as long as that is wanted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .a1111 import Webui


class Wrapped:
    """`around` is called in place of `function` of the WebUI's `module`: with the function, then with its arguments."""

    def __init__(self, webui: Webui, module: str, function: str, around: Callable[..., Any]) -> None:
        self._webui = webui
        self._module = module
        self._function = function
        self._around = around
        self._wrapper: Any = None
        self._is_on = False

    def start(self) -> None:
        """Does nothing where the WebUI has no such function."""
        module = self._webui.module(self._module)
        original = getattr(module, self._function, None)
        self._is_on = original is not None
        if original is None or self._wrapper is not None:
            return

        @functools.wraps(original)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return self._around(original, *args, **kwargs) if self._is_on else original(*args, **kwargs)

        self._wrapper = wrapper
        setattr(module, self._function, wrapper)

    def stop(self) -> None:
        """Where another extension has wrapped ours meanwhile it stays, and does nothing."""
        self._is_on = False
        module = self._webui.module(self._module)
        if self._wrapper is not None and getattr(module, self._function, None) is self._wrapper:
            setattr(module, self._function, self._wrapper.__wrapped__)
            self._wrapper = None
