"""Lets a generation choose cuDNN's engines anew.

Where the first engine's workspace did not fit, PyTorch goes on to the next one and stays with it for these shapes: the
same settings then need less than the first time. Whoever compares runs wants each of them to be the first. There is no
call for that, but each thread keeps its own choices, and a thread that ends hands its handles, with cuBLAS's workspace,
on to the next.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

VARIABLE = "BLANK_CARD_ENGINES"


def choosing_anew(run: Callable[[], T]) -> T:
    """What it gives back or raises is the caller's. Where engines are to be kept it runs in the caller's thread."""
    if os.environ.get(VARIABLE) != "anew":
        return run()
    results: list[T] = []
    errors: list[BaseException] = []

    def carry() -> None:
        try:
            results.append(run())
        except BaseException as error:  # noqa: BLE001  raised again in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=carry, name="blank-card-generation")
    thread.start()
    thread.join()
    if errors:
        raise errors.pop()
    return results.pop()
