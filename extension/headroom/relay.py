"""The WebSocket route of the WebUI's own app: checks login and Origin, then passes messages between page and sidecar.

So remote browsers, https, share links, sub-paths and --gradio-auth work, and no second port opens.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from . import wire
from .origin import Refusal, check_origin, is_logged_in, login_in_force
from .sidecar import Snapshot

logger = logging.getLogger(__name__)

ROUTE = "/headroom/ws"
MAX_WAITING = 64
MAX_PAGES = 64
LOOK_AGAIN_S = 0.25
CLOSE_POLICY, CLOSE_UNSUPPORTED, CLOSE_TOO_BIG, CLOSE_BUSY = 1008, 1003, 1009, 1013


class Relay:
    """`snapshot` and `restart` are the sidecar's; `any_name` as in `check_origin`; `notice` is shown while it runs."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        restart: Callable[[], None],
        *,
        any_name: bool,
        notice: Callable[[], str | None],
    ) -> None:
        self._snapshot = snapshot
        self._restart = restart
        self._any_name = any_name
        self._notice = notice
        self._pages: set[_Page] = set()
        self._told: set[str] = set()

    def add_route(self, app: Any) -> None:
        """Works after launch; adding middleware would not."""

        async def headroom_page(websocket: WebSocket) -> None:
            await self.serve(app, websocket)

        app.add_api_websocket_route(ROUTE, headroom_page)

    async def serve(self, app: Any, websocket: WebSocket) -> None:
        refusal = check_origin(websocket.headers, any_name=self._any_name or login_in_force(app))
        if refusal is None and not is_logged_in(app, websocket):
            refusal = Refusal("no login")
        if refusal is not None:
            self._tell_once(refusal.reason)
            await websocket.close(code=CLOSE_POLICY)
            return
        if len(self._pages) >= MAX_PAGES:
            await websocket.close(code=CLOSE_BUSY)
            return
        await websocket.accept()
        page = _Page(websocket, self._snapshot, self._restart, self._notice)
        self._pages.add(page)
        try:
            await page.run()
        finally:
            self._pages.discard(page)

    def _tell_once(self, reason: str) -> None:
        if reason not in self._told:
            self._told.add(reason)
            logger.warning("Headroom: a page was refused: %s", reason)


class _Page:
    """One page's connection. Ends as soon as the page is gone: otherwise Reload UI would wait for it for ever."""

    def __init__(
        self,
        websocket: WebSocket,
        snapshot: Callable[[], Snapshot],
        restart: Callable[[], None],
        notice: Callable[[], str | None],
    ) -> None:
        self._websocket = websocket
        self._snapshot = snapshot
        self._restart = restart
        self._notice = notice
        self._inbox: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._hello: str | None = None
        self._told: wire.Message | None = None

    async def run(self) -> None:
        reading = asyncio.create_task(self._read())
        serving = asyncio.create_task(self._serve())
        _, pending = await asyncio.wait({reading, serving}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        results = await asyncio.gather(reading, serving, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, (WebSocketDisconnect, *wire.connection_errors())):
                # Sending to a page that has just gone raises RuntimeError in starlette.
                logger.debug("Headroom: a page's connection ended: %r", result)

    async def _read(self) -> None:
        """Never waits for the sidecar, so that the page's going is seen at once."""
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return
            text = event.get("text")
            if text is None:
                await self._websocket.close(code=CLOSE_UNSUPPORTED)
                return
            if len(text.encode("utf-8", "replace")) > wire.MAX_MESSAGE_BYTES:
                await self._websocket.close(code=CLOSE_TOO_BIG)
                return
            try:
                self._inbox.put_nowait(text)
            except asyncio.QueueFull:
                await self._websocket.close(code=CLOSE_BUSY)
                return

    async def _serve(self) -> None:
        while True:
            snapshot = self._snapshot()
            if snapshot.port is None or snapshot.token is None:
                await self._wait_without(snapshot)
                continue
            try:
                async with wire.connect(f"ws://127.0.0.1:{snapshot.port}/viewer", snapshot.token) as sidecar:
                    await self._tell(Snapshot("running", self._notice() or "", False))
                    if self._hello is not None:
                        await sidecar.send(self._hello)
                    await _race(self._upwards(sidecar), self._downwards(sidecar))
            except wire.connection_errors() as error:
                logger.debug("Headroom: a page lost the sidecar: %r", error)
            await asyncio.sleep(LOOK_AGAIN_S)

    async def _wait_without(self, snapshot: Snapshot) -> None:
        """No sidecar: says so, and answers the one message that concerns the shim."""
        await self._tell(snapshot)
        try:
            text = await asyncio.wait_for(self._inbox.get(), LOOK_AGAIN_S)
        except asyncio.TimeoutError:
            return
        self._keep_or_answer(text)

    def _keep_or_answer(self, text: str) -> bool:
        """True where the message was for the shim alone."""
        if len(text) > 200:
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
            text = await self._inbox.get()
            if not self._keep_or_answer(text):
                await sidecar.send(text)

    async def _downwards(self, sidecar: Any) -> None:
        # A slow page slows this loop, and the sidecar then drops what is stale (its bufferedAmount grows).
        async for text in sidecar:
            if isinstance(text, str):
                await self._websocket.send_text(text)

    async def _tell(self, snapshot: Snapshot) -> None:
        message: wire.Message = {
            "type": "sidecar",
            "state": snapshot.state,
            "message": snapshot.message[:2000],
            "canRestart": snapshot.can_restart,
        }
        if message != self._told:
            self._told = message
            await self._websocket.send_text(wire.encode(message))


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
