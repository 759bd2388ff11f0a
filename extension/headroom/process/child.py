"""The sidecar as a process: started, given its token, listened to, ended. Pipes only: see sidecar.py."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO

from .. import words
from ..log import printable, without_person
from . import node

STOP_LIMIT_S = 2.0
LAST_WORDS_S = 0.5
LINE_BYTES = 4096


class Child:
    """A running sidecar. `on_line` hears its stderr, on another thread. Raises OSError where it does not start."""

    def __init__(self, command: list[str], on_line: Callable[[str], None]) -> None:
        self._process = _spawn(command)
        self._on_line = on_line
        self._first_line: queue.Queue[bytes] = queue.Queue(maxsize=1)
        assert self._process.stdout is not None and self._process.stderr is not None
        _reader(_read_stdout, self._process.stdout, self._first_line)
        self._stderr_reader = _reader(self._read_stderr, self._process.stderr)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """As subprocess has it; None until it has ended and was waited for."""
        return self._process.returncode

    def port_for(self, token: str, limit_s: float) -> int | None:
        """Hands the token over and waits for the port; None where it ends instead. Raises TimeoutError."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(token.encode("ascii") + b"\n")
            self._process.stdin.flush()
            return _listening_port(self._first_line.get(timeout=limit_s))
        except OSError:
            return None
        except queue.Empty:
            raise TimeoutError from None

    def wait(self) -> None:
        self._process.wait()

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        """End-of-file on its stdin, then a signal, then force. Returns when it is gone."""
        self.close_stdin()
        # SIGTERM before SIGKILL: it may have an nvidia-smi of its own to end.
        for step in (None, self._process.terminate, self._process.kill):
            if step is not None:
                step()
            try:
                self._process.wait(timeout=STOP_LIMIT_S)
                break
            except subprocess.TimeoutExpired:
                continue

    def hear_last_words(self) -> None:
        """They say why it ended; whoever else holds the pipe is not waited for."""
        self._stderr_reader.join(timeout=LAST_WORDS_S)

    def close_stdin(self) -> None:
        """Of a child that ended before it read the token, closing fails as the writing did."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def exit_text(self) -> str:
        try:
            code = self._process.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            return ""
        return words.EXIT_CODE.format(code=code)

    def _read_stderr(self, pipe: IO[bytes]) -> None:
        with pipe:
            while raw := pipe.readline(LINE_BYTES):
                text = printable(without_person(raw.decode("utf-8", "replace").rstrip()))
                if text:
                    self._on_line(text)


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


def _reader(target: Callable[..., None], *args: object) -> threading.Thread:
    reader = threading.Thread(target=target, args=args, name="headroom-pipe", daemon=True)
    reader.start()
    return reader


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
