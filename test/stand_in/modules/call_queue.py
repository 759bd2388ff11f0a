"""One generation at a time, in the order of asking. The lock is not re-entrant."""

from __future__ import annotations

import html
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any

from modules import devices, errors, shared


class FIFOLock:
    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()

    def acquire(self, blocking: bool = True) -> bool:
        with self._guard:
            if not self._held:
                self._held = True
                return True
            if not blocking:
                return False
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()
        return True

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                # Handed straight to the next in line: nobody can cut in.
                self._waiting.popleft().set()
            else:
                self._held = False

    __enter__ = acquire

    def __exit__(self, *_exception: object) -> None:
        self.release()


queue_lock = FIFOLock()


def wrap_queued_call(func: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        with queue_lock:
            return func(*args, **kwargs)

    return call


def wrap_gradio_gpu_call(func: Callable[..., Any], extra_outputs: list[Any]) -> Callable[..., Any]:
    """A button's work: waits its turn, and shows an error under the picture instead of failing."""

    @wraps(func)
    def call(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
        started_at = time.perf_counter()
        try:
            with queue_lock:
                shared.state.begin(job=str(args[0]) if args else "")
                result = list(func(*args, **kwargs))
                shared.state.end()
        except Exception as error:  # noqa: BLE001 - whatever went wrong is shown to the person, and the page goes on
            errors.report("Error completing request", exc_info=True)
            result = [*extra_outputs, f"<div class='error'>{html.escape(f'{type(error).__name__}: {error}')}</div>"]
        finally:
            shared.state.skipped = shared.state.interrupted = shared.state.stopping_generation = False
            shared.state.job = ""
            shared.state.job_count = 0
        devices.torch_gc()
        taken = f"{time.perf_counter() - started_at:.1f} sec."
        result[-1] += f"<div class='performance'><p class='time'>Time taken: {taken}</p></div>"
        return tuple(result)

    return call
