"""Keeps a failure of ours from reaching a person's generation."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec

from .log import get_logger

logger = get_logger(__name__)

P = ParamSpec("P")


def guarded(function: Callable[P, None]) -> Callable[P, None]:
    """Logs a failure, the first time with its traceback, and goes on."""
    failed: list[Any] = []

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  whatever it is, it is ours and must not end the person's generation
            if not failed:
                failed.append(None)
                logger.warning("Headroom: %s failed", function.__qualname__, exc_info=error)

    return wrapper
