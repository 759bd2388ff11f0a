"""Starts and watches the sidecar. Threads and pipes only: on Windows the WebUI's asyncio cannot start processes.

When it is started again, and when given up, is decided here: nobody else is left to do so.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .. import words
from ..log import get_logger
from .child import STOP_LIMIT_S, Child

logger = get_logger(__name__)

START_LIMIT_S = 20.0
MAX_DEATHS = 5
DEATHS_WINDOW_S = 60.0
# It shall be back within 3 s each time; that it is given up soon is what keeps a bad one from turning in circles.
BACK_OFF_S = (0.1, 0.3, 0.6, 1.0)
TAIL_LINES = 20
TAIL_CHARACTERS = 600

SidecarState = Literal["starting", "running", "restarting", "stopped"]


class SidecarUnavailableError(Exception):
    """There is nothing to start (no Node.js, no bundle); the text says what to do."""


@dataclass(frozen=True)
class Snapshot:
    """`port` and `token` are None unless the state is `running`."""

    state: SidecarState
    message: str
    can_restart: bool
    port: int | None = None
    token: str | None = None


STARTING = Snapshot("starting", words.STARTING, False)
STOPPED = Snapshot("stopped", words.STOPPED, True)


class Sidecar:
    """One child process at a time. `command` is asked for on each start and may raise SidecarUnavailableError."""

    def __init__(
        self,
        command: Callable[[], list[str]],
        *,
        started_badly: Callable[[], None] = lambda: None,
        start_limit_s: float = START_LIMIT_S,
        back_off_s: tuple[float, ...] = BACK_OFF_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command = command
        self._started_badly = started_badly
        self._start_limit_s = start_limit_s
        self._back_off_s = back_off_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._child: Child | None = None
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._snapshot = STARTING

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def start(self) -> None:
        """Returns at once; a second call while it is watched does nothing."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            self._stopping.clear()
            self._snapshot = STARTING
            self._thread = threading.Thread(target=self._supervise, name="headroom-sidecar", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the child: end-of-file on its stdin, then a signal, then force. Returns when it is gone."""
        self._stopping.set()
        with self._lock:
            thread, child = self._thread, self._child
        if child is not None:
            child.end()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=STOP_LIMIT_S)
        self._snapshot = STOPPED

    def end_hung(self, snapshot: Snapshot) -> None:
        """By force, if it is still the one of `snapshot`. It is started again like one that died."""
        with self._lock:
            child = self._child
        if child is not None and snapshot is self._snapshot:
            logger.warning("Headroom: the sidecar does not answer; it is ended")
            child.kill()

    def _supervise(self) -> None:
        deaths: deque[float] = deque()
        while not self._stopping.is_set():
            try:
                why = self._run_once()
            except SidecarUnavailableError as error:
                logger.warning("Headroom: %s", error)
                self._snapshot = Snapshot("stopped", str(error), True)
                return
            except Exception as error:  # noqa: BLE001  else pages would read "is starting" for ever
                logger.warning("Headroom: the sidecar cannot be started", exc_info=error)
                self._snapshot = Snapshot("stopped", words.COULD_NOT_START, True)
                return
            if self._stopping.is_set():
                break
            now = self._monotonic()
            deaths.append(now)
            while deaths and now - deaths[0] > DEATHS_WINDOW_S:
                deaths.popleft()
            logger.warning("Headroom: the sidecar %s", why)
            if len(deaths) >= MAX_DEATHS:
                self._snapshot = Snapshot("stopped", self._given_up(why), True)
                return
            self._snapshot = Snapshot("restarting", words.RESTARTING.format(ended=why), False)
            self._stopping.wait(self._back_off_s[min(len(deaths), len(self._back_off_s)) - 1])
        self._snapshot = STOPPED

    def _given_up(self, why: str) -> str:
        # Each life says much the same.
        said = " / ".join(dict.fromkeys(self._tail))[-TAIL_CHARACTERS:]
        return words.GIVEN_UP.format(ended=why, times=MAX_DEATHS, said=said or words.SAID_NOTHING)

    def _run_once(self) -> str:
        """Starts the child and waits for its end; returns how it ended, as the rest of a sentence."""
        command = self._command()
        try:
            child = Child(command, self._on_line)
        except OSError as error:
            self._started_badly()
            return words.NOT_STARTED.format(error=error)
        with self._lock:
            self._child = child
        try:
            if self._stopping.is_set():
                return words.WAS_STOPPED
            return self._attend(child)
        finally:
            child.end()
            child.hear_last_words()
            with self._lock:
                self._child = None

    def _attend(self, child: Child) -> str:
        token = secrets.token_hex(32)
        try:
            port = child.port_for(token, self._start_limit_s)
        except TimeoutError:
            self._started_badly()
            return words.LATE.format(limit_s=self._start_limit_s)
        if port is None:
            self._started_badly()
            child.close_stdin()
            return words.ENDED_EARLY.format(exit=child.exit_text())
        self._snapshot = Snapshot("running", "", False, port, token)
        child.wait()
        return words.ENDED.format(exit=child.exit_text())

    def _on_line(self, text: str) -> None:
        self._tail.append(text)
        logger.info("sidecar: %s", text)
