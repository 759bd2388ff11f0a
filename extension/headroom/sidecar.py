"""Starts and watches the sidecar. Threads and pipes only: on Windows the WebUI's asyncio cannot start processes."""

from __future__ import annotations

import contextlib
import json
import queue
import secrets
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Literal

from . import node
from .log import get_logger, printable, without_person

logger = get_logger(__name__)

START_LIMIT_S = 20.0
MAX_DEATHS = 5
DEATHS_WINDOW_S = 60.0
# It shall be back within 3 s each time; that it is given up soon is what keeps a bad one from turning in circles.
BACK_OFF_S = (0.1, 0.3, 0.6, 1.0)
STOP_LIMIT_S = 2.0
LAST_WORDS_S = 0.5
LINE_BYTES = 4096
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
        self._process: subprocess.Popen[bytes] | None = None
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._stderr_reader: threading.Thread | None = None
        self._snapshot = Snapshot("starting", "Headroom is starting.", False)

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def start(self) -> None:
        """Returns at once; a second call while it is watched does nothing."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            self._stopping.clear()
            self._snapshot = Snapshot("starting", "Headroom is starting.", False)
            self._thread = threading.Thread(target=self._supervise, name="headroom-sidecar", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the child: end-of-file on its stdin, then a signal, then force. Returns when it is gone."""
        self._stopping.set()
        with self._lock:
            thread, process = self._thread, self._process
        if process is not None:
            _end(process)
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=STOP_LIMIT_S)
        self._snapshot = Snapshot("stopped", "Headroom was stopped.", True)

    def end_hung(self, snapshot: Snapshot) -> None:
        """Of the life that `snapshot` is of: force, for it hears nothing else. It is started again like one that died."""
        with self._lock:
            process = self._process
        if process is not None and snapshot is self._snapshot:
            logger.warning("Headroom: the sidecar does not answer; it is ended")
            process.kill()

    def _supervise(self) -> None:
        deaths: deque[float] = deque()
        while not self._stopping.is_set():
            try:
                why = self._run_once()
            except SidecarUnavailableError as error:
                logger.warning("Headroom: %s", error)
                self._snapshot = Snapshot("stopped", str(error), True)
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
            self._snapshot = Snapshot("restarting", f"Headroom's sidecar {why}; it is being started again.", False)
            self._stopping.wait(self._back_off_s[min(len(deaths), len(self._back_off_s)) - 1])
        self._snapshot = Snapshot("stopped", "Headroom was stopped.", True)

    def _given_up(self, why: str) -> str:
        # Each life says much the same.
        said = " / ".join(dict.fromkeys(self._tail))[-TAIL_CHARACTERS:]
        return f"Headroom's sidecar {why}, {MAX_DEATHS} times within a minute. It said: {said or 'nothing'}"

    def _run_once(self) -> str:
        """Starts the child and waits for its end; returns how it ended, as the rest of a sentence."""
        command = self._command()
        try:
            process = _spawn(command)
        except OSError as error:
            self._started_badly()
            return f"could not be started ({error})"
        with self._lock:
            self._process = process
        try:
            if self._stopping.is_set():
                return "was stopped"
            return self._attend(process)
        finally:
            _end(process)
            # Its last words say why; whoever else holds the pipe is not waited for.
            if self._stderr_reader is not None:
                self._stderr_reader.join(timeout=LAST_WORDS_S)
            with self._lock:
                self._process = None

    def _attend(self, process: subprocess.Popen[bytes]) -> str:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        first_line: queue.Queue[bytes] = queue.Queue(maxsize=1)
        self._reader(_read_stdout, process.stdout, first_line)
        self._stderr_reader = self._reader(self._read_stderr, process.stderr)
        token = secrets.token_hex(32)
        try:
            process.stdin.write(token.encode("ascii") + b"\n")
            process.stdin.flush()
            line = first_line.get(timeout=self._start_limit_s)
        except OSError:
            line = b""
        except queue.Empty:
            self._started_badly()
            return f"did not start within {self._start_limit_s:.0f} s"
        port = _listening_port(line)
        if port is None:
            self._started_badly()
            _close_stdin(process)
            return f"ended while starting{_exit_text(process)}"
        self._snapshot = Snapshot("running", "", False, port, token)
        process.wait()
        return f"ended unexpectedly{_exit_text(process)}"

    def _reader(self, target: Callable[..., None], *args: object) -> threading.Thread:
        reader = threading.Thread(target=target, args=args, name="headroom-pipe", daemon=True)
        reader.start()
        return reader

    def _read_stderr(self, pipe: IO[bytes]) -> None:
        with pipe:
            while raw := pipe.readline(LINE_BYTES):
                text = printable(without_person(raw.decode("utf-8", "replace").rstrip()))
                if text:
                    self._tail.append(text)
                    logger.info("sidecar: %s", text)


def _spawn(command: list[str]) -> subprocess.Popen[bytes]:
    environment = node.environment()
    if sys.platform == "win32":
        # No console window, and Ctrl-C in the WebUI's console is not for the child: stdin's end is.
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        own_session = False
    else:
        flags = 0
        own_session = True
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        creationflags=flags,
        start_new_session=own_session,
    )


def _close_stdin(process: subprocess.Popen[bytes]) -> None:
    """Of a child that ended before it read the token, closing fails as the writing did."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Does nothing to a child that has ended. SIGTERM before SIGKILL: it may have an nvidia-smi of its own to end."""
    _close_stdin(process)
    for step in (None, process.terminate, process.kill):
        if step is not None:
            step()
        try:
            process.wait(timeout=STOP_LIMIT_S)
            return
        except subprocess.TimeoutExpired:
            continue


def _exit_text(process: subprocess.Popen[bytes]) -> str:
    try:
        code = process.wait(timeout=STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        return ""
    return f" (exit code {code})"


def _read_stdout(pipe: IO[bytes], first_line: queue.Queue[bytes]) -> None:
    """Hands over the first line (empty at end-of-file) and keeps the pipe from filling up afterwards."""
    with pipe:
        first_line.put(pipe.readline(LINE_BYTES))
        while pipe.read(LINE_BYTES):
            pass


def _listening_port(line: bytes) -> int | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("listening") is not True:
        return None
    port = said.get("port")
    return port if isinstance(port, int) and 0 < port < 65536 else None
