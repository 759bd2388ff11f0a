"""The WebSocket client, for each `websockets` that comes with a WebUI (10 and 11 with Gradio 3, 12 with Gradio 4)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

import websockets
import websockets.exceptions
import websockets.version

# The sidecar is ours, and its answers (a table of runs) are longer than what it reads.
MAX_ANSWER_BYTES = 4 * 1024 * 1024
MAX_ANSWERS_WAITING = 8
# On this machine: long enough for one that is very busy, and soon enough to tell of one that hangs.
OPEN_LIMIT_S = 5.0
PING_EVERY_S = 10.0
PONG_LIMIT_S = 15.0
CLOSE_LIMIT_S = 2.0

# In Python 3.10 asyncio's is a class of its own.
TIMEOUTS = (TimeoutError, asyncio.TimeoutError)
# What connecting, sending and receiving raise when the other end is not there.
CONNECTION_ERRORS = (OSError, EOFError, websockets.exceptions.WebSocketException, *TIMEOUTS)

# One message as service/protocol describes it.
Message = dict[str, Any]


def connect(url: str, token: str) -> Any:
    """An async context manager that yields a connection with `send`, `recv` and `async for`."""
    headers = {"Authorization": f"Bearer {token}"}
    options: dict[str, Any] = {"max_size": MAX_ANSWER_BYTES, "max_queue": MAX_ANSWERS_WAITING, "compression": None}
    # At DEBUG the library logs each header, the token among them.
    quiet = logging.getLogger(f"{__name__}.handshake")
    quiet.setLevel(logging.WARNING)
    options |= {"ping_interval": PING_EVERY_S, "ping_timeout": PONG_LIMIT_S}
    options |= {"open_timeout": OPEN_LIMIT_S, "close_timeout": CLOSE_LIMIT_S, "logger": quiet}
    major = int(websockets.version.version.split(".")[0])
    options["additional_headers" if major >= 14 else "extra_headers"] = headers
    if major >= 15:
        # From here on a proxy of the environment would be asked even for 127.0.0.1.
        options["proxy"] = None
    return websockets.connect(url, **options)  # type: ignore[attr-defined]


@contextlib.asynccontextmanager
async def connected(url: str, token: str) -> AsyncIterator[Any]:
    """As `connect`. What arrives while it closes is dropped: unread, it would hold up the closing for seconds."""
    async with connect(url, token) as socket:
        try:
            yield socket
        finally:
            dropping = asyncio.create_task(_drop(socket))
            await socket.close()
            await dropping


async def race(*flows: Any) -> None:
    """Runs all until one ends, ends the others, and raises what the first one raised."""
    tasks = [asyncio.create_task(flow) for flow in flows]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _drop(socket: Any) -> None:
    with contextlib.suppress(websockets.exceptions.ConnectionClosed):
        async for _ in socket:
            pass


def is_silence(error: BaseException) -> bool:
    """Whether the other end did not answer in time, rather than refuse or break off."""
    return isinstance(error, TIMEOUTS)


def close_code(error: BaseException) -> int | None:
    """The code that the other end closed the connection with; None where it did not."""
    received = getattr(error, "rcvd", None)
    return getattr(received, "code", None)


def encode(message: Mapping[str, object]) -> str:
    return json.dumps(message, separators=(",", ":"), allow_nan=False)


def decode(data: object) -> Message | None:
    """None for anything but a JSON object with a `type`."""
    if not isinstance(data, str):
        return None
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("type"), str) else None
