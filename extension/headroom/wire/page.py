"""One page's connection: passes messages between it and the sidecar, and tells the page while there is none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from .. import words
from ..log import get_logger, without_person
from ..process.sidecar import Snapshot
from . import client as wire
from . import connection
from .inbox import CLOSE_BUSY, CLOSE_POLICY, CLOSE_TOO_BIG, CLOSE_UNSUPPORTED, Inbox
from .messages import TOO_MANY_MESSAGES

logger = get_logger(__name__)

# Messages that concern the shim, hello among them, are short.
MAX_OWN_CHARACTERS = 500
LOOK_AGAIN_S = 0.25
# A page says hello at once, and takes what is sent to it.
UNUSED_AFTER_S = 5.0
CLOSE_LIMIT_S = 5.0
RUNNING = Snapshot("running", "", False)
SILENT = Snapshot("restarting", words.SILENT, False)
# What the sidecar closes with where a page broke the rules: to connect again would let it go on.
BLAMED_ON_THE_PAGE = (CLOSE_UNSUPPORTED, 1007, CLOSE_POLICY, CLOSE_TOO_BIG)
TOO_MANY: wire.Message = {"type": "error", "reason": "too-many-messages", "message": TOO_MANY_MESSAGES}


@dataclass(frozen=True)
class Orders:
    """What the shim does for a page by itself. `set_option` is webui/set_option.py's."""

    restart: Callable[[], None]
    set_option: Callable[[object, object, object], dict[str, Any]]


class Page:
    """Ends as soon as the page is gone: otherwise Reload UI would wait for it for ever."""

    def __init__(
        self,
        websocket: WebSocket,
        snapshot: Callable[[], Snapshot],
        orders: Orders,
        visitor: str,
        browser: str,
    ) -> None:
        self._websocket = websocket
        self.visitor = visitor
        self.browser = browser
        self._snapshot = snapshot
        self._orders = orders
        self._changes: set[asyncio.Task[None]] = set()
        self._inbox = Inbox()
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
        tasks.extend(self._changes)
        for task in tasks:
            task.cancel()
        codes = [task.result() for task in done if not task.cancelled() and task.exception() is None]
        # Not after the sidecar's connection has ended: one that hangs makes that take seconds.
        code = next((code for code in codes if code is not None), None)
        closing = self._close(code)
        for result in await asyncio.gather(closing, *tasks, return_exceptions=True):
            if isinstance(result, Exception) and not isinstance(result, (WebSocketDisconnect, *wire.CONNECTION_ERRORS)):
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
        await wire.race(self._websocket.close(code=code), self._until_gone())

    async def _until_gone(self) -> None:
        while (await self._websocket.receive())["type"] != "websocket.disconnect":
            pass

    async def _wait_for_end(self) -> int:
        await self._ended.wait()
        return CLOSE_BUSY

    async def _read(self) -> int | None:
        """Never waits for the sidecar, so that the page's going is seen at once. Gives the code to close with."""
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return None
            code = self._inbox.put(event.get("text"))
            if code is not None:
                return code
            self._greeted = self._greeted or _is_hello(event["text"])

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
                    await wire.race(self._upwards(sidecar), self._downwards(sidecar))
            except wire.CONNECTION_ERRORS as error:
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
        while not self._inbox.is_empty():
            self._is_for_shim(await self._inbox.take())

    def _is_for_shim(self, text: str) -> bool:
        """Whether the message was for the shim alone, which has then done what it asks for."""
        if len(text) > MAX_OWN_CHARACTERS:
            return False
        message = wire.decode(text)
        if message is None:
            return False
        if message["type"] == "hello":
            # A sidecar that is started again has not heard it.
            self._hello = text
        elif message["type"] == "restart-sidecar":
            self._orders.restart()
            return True
        elif message["type"] == "set-option":
            change = asyncio.create_task(self._set_option(message))
            self._changes.add(change)
            change.add_done_callback(self._changes.discard)
            return True
        return False

    async def _set_option(self, message: wire.Message) -> None:
        """In a thread of its own: the WebUI may load a checkpoint meanwhile. A page that goes does not end that."""
        asked = [message.get(field) for field in ("name", "value", "expected")]
        result = await asyncio.to_thread(self._orders.set_option, *asked)
        await self._send(wire.encode({"type": "option-set", "requestId": message.get("requestId"), "result": result}))

    async def _upwards(self, sidecar: Any) -> None:
        while True:
            text = await self._inbox.take()
            if not self._is_for_shim(text):
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
