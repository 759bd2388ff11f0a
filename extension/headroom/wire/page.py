"""One page's connection: passes messages between it and the sidecar, and says what the sidecar is doing while it is
away.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from ..log import get_logger, without_person
from ..process.sidecar import Snapshot
from . import client as wire
from . import connection
from .messages import MAX_MESSAGE_BYTES

logger = get_logger(__name__)

MAX_WAITING = 64
MAX_WAITING_BYTES = 4 * MAX_MESSAGE_BYTES
MAX_PER_SECOND = 50
SECOND_S = 1.0
# Messages that concern the shim, hello among them, are short.
MAX_OWN_CHARACTERS = 200
LOOK_AGAIN_S = 0.25
# A page says hello at once, and takes what is sent to it.
UNUSED_AFTER_S = 5.0
CLOSE_LIMIT_S = 5.0
RUNNING = Snapshot("running", "", False)
SILENT = Snapshot("restarting", "Headroom's sidecar does not answer. If that goes on, it is started again.", False)
CLOSE_UNSUPPORTED, CLOSE_POLICY, CLOSE_TOO_BIG, CLOSE_BUSY = 1003, 1008, 1009, 1013
# What the sidecar closes with where a page broke the rules: to connect again would let it go on.
BLAMED_ON_THE_PAGE = (1003, 1007, CLOSE_POLICY, CLOSE_TOO_BIG)
TOO_MANY: wire.Message = {
    "type": "error",
    "reason": "too-many-messages",
    "message": f"More than {MAX_PER_SECOND} messages a second; the connection was closed.",
}


class Page:
    """Ends as soon as the page is gone: otherwise Reload UI would wait for it for ever."""

    def __init__(
        self,
        websocket: WebSocket,
        snapshot: Callable[[], Snapshot],
        restart: Callable[[], None],
        visitor: str,
        browser: str,
    ) -> None:
        self._websocket = websocket
        self.visitor = visitor
        self.browser = browser
        self._snapshot = snapshot
        self._restart = restart
        self._inbox: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._waiting_bytes = 0
        self._arrivals_s: deque[float] = deque(maxlen=MAX_PER_SECOND)
        self._hello: str | None = None
        self._told: wire.Message | None = None
        self._ended = asyncio.Event()
        self._opened_s = time.monotonic()
        self._sending_since_s: float | None = None
        self._greeted = False

    def end(self) -> None:
        """Makes room for another's page."""
        self._ended.set()

    @property
    def ending(self) -> bool:
        return self._ended.is_set()

    @property
    def in_use(self) -> bool:
        """It has said hello, or may be about to, and takes what is sent to it."""
        now_s = time.monotonic()
        if self._sending_since_s is not None and now_s - self._sending_since_s > UNUSED_AFTER_S:
            return False
        return self._greeted or now_s - self._opened_s < UNUSED_AFTER_S

    async def run(self) -> int | None:
        """Gives the code that it was closed with; None where the page went by itself."""
        tasks = [asyncio.create_task(work) for work in (self._read(), self._serve(), self._wait_for_end())]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        codes = [task.result() for task in done if not task.cancelled() and task.exception() is None]
        # Not after the sidecar's connection has ended: one that hangs makes that take seconds.
        code = next((code for code in codes if code is not None), None)
        closing = self._close(code)
        for result in await asyncio.gather(closing, *tasks, return_exceptions=True):
            if isinstance(result, Exception) and not isinstance(
                result, (WebSocketDisconnect, *wire.connection_errors())
            ):
                # Sending to a page that has just gone raises RuntimeError in starlette.
                logger.debug("Headroom: a page's connection ended: %r", result)
        return code

    async def _close(self, code: int | None) -> None:
        """None where the page is gone."""
        if code is None:
            return
        # A page that does not read can be told nothing: what waits for it to do so ends with the connection.
        asyncio.get_running_loop().call_later(CLOSE_LIMIT_S, connection.abort, self._websocket)
        if code == CLOSE_POLICY:
            await self._websocket.send_text(wire.encode(TOO_MANY))
        # What the page has sent already would hold up the closing if nobody read it.
        await _race(self._websocket.close(code=code), self._until_gone())

    async def _until_gone(self) -> None:
        while (await self._websocket.receive())["type"] != "websocket.disconnect":
            pass

    async def _wait_for_end(self) -> int:
        await self._ended.wait()
        return CLOSE_BUSY

    async def _read(self) -> int | None:
        """Never waits for the sidecar, so that the page's going is seen at once. Gives the code to close with, if
        any.
        """
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return None
            code = self._keep(event.get("text"))
            if code is not None:
                return code

    def _keep(self, text: str | None) -> int | None:
        """The code to close with where that was no message to keep. The limits are the sidecar's, kept before they
        reach it.
        """
        now_s = time.monotonic()
        if len(self._arrivals_s) == MAX_PER_SECOND and now_s - self._arrivals_s[0] < SECOND_S:
            return CLOSE_POLICY
        self._arrivals_s.append(now_s)
        if text is None:
            return CLOSE_UNSUPPORTED
        size = len(text.encode("utf-8", "replace"))
        if size > MAX_MESSAGE_BYTES:
            return CLOSE_TOO_BIG
        if self._inbox.full() or self._waiting_bytes + size > MAX_WAITING_BYTES:
            return CLOSE_BUSY
        self._waiting_bytes += size
        self._inbox.put_nowait(text)
        self._greeted = self._greeted or _is_hello(text)
        return None

    async def _next(self) -> str:
        text = await self._inbox.get()
        self._waiting_bytes -= len(text.encode("utf-8", "replace"))
        return text

    async def _serve(self) -> int:
        while True:
            snapshot = self._snapshot()
            if snapshot.port is None or snapshot.token is None:
                await self._wait_without(snapshot)
                continue
            try:
                async with wire.connected(f"ws://127.0.0.1:{snapshot.port}/viewer", snapshot.token) as sidecar:
                    await self._tell(RUNNING)
                    if self._hello is not None:
                        await sidecar.send(self._hello)
                    await _race(self._upwards(sidecar), self._downwards(sidecar))
            except wire.connection_errors() as error:
                logger.debug("Headroom: a page lost the sidecar: %r", error)
                code = wire.close_code(error)
                if code in BLAMED_ON_THE_PAGE:
                    return code
                if wire.is_silence(error):
                    await self._tell(SILENT)
            await asyncio.sleep(LOOK_AGAIN_S)

    async def _wait_without(self, snapshot: Snapshot) -> None:
        """No sidecar: says so, and answers the messages that concern the shim."""
        await self._tell(snapshot)
        # Not `wait_for` on the next message: before Python 3.12 a message that comes with the cancelling swallows it.
        await asyncio.sleep(LOOK_AGAIN_S)
        while not self._inbox.empty():
            self._keep_or_answer(await self._next())

    def _keep_or_answer(self, text: str) -> bool:
        """True where the message was for the shim alone."""
        if len(text) > MAX_OWN_CHARACTERS:
            return False
        message = wire.decode(text)
        if message is None:
            return False
        if message["type"] == "hello":
            # A sidecar that is started again has not heard it.
            self._hello = text
        elif message["type"] == "restart-sidecar":
            self._restart()
            return True
        return False

    async def _upwards(self, sidecar: Any) -> None:
        while True:
            text = await self._next()
            if not self._keep_or_answer(text):
                await sidecar.send(text)

    async def _downwards(self, sidecar: Any) -> None:
        # A slow page slows this loop, and the sidecar then drops what is stale (its bufferedAmount grows).
        async for text in sidecar:
            if isinstance(text, str):
                await self._send(text)

    async def _send(self, text: str) -> None:
        self._sending_since_s = time.monotonic()
        await self._websocket.send_text(text)
        self._sending_since_s = None

    async def _tell(self, snapshot: Snapshot) -> None:
        message: wire.Message = {
            "type": "sidecar",
            "state": snapshot.state,
            # Paths name the person whose home folder they are in; whoever visits reads this.
            "message": without_person(snapshot.message)[:2000],
            "canRestart": snapshot.can_restart,
        }
        if message != self._told:
            self._told = message
            await self._send(wire.encode(message))


def _is_hello(text: str) -> bool:
    message = wire.decode(text) if len(text) <= MAX_OWN_CHARACTERS else None
    return message is not None and message["type"] == "hello"


async def _race(*flows: Any) -> None:
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
