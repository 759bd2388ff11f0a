"""The shim's own connection to the sidecar, in a thread with an event loop of its own.

That a sidecar hangs is decided here: it cannot say so itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from ..log import get_logger
from ..process.sidecar import Snapshot
from . import client as wire
from .messages import MAX_HOST_MESSAGES_PER_SECOND, MAX_MESSAGE_BYTES, ToShim, ToSidecar

logger = get_logger(__name__)

TICK_S = 1.0
LOOK_AGAIN_S = 0.1
RECONNECT_S = 0.5
AFTER_REFUSAL_S = AFTER_FAILURE_S = 30.0
# So many attempts in a row without an answer: what listens there is stopped, or waits for a disk that is gone.
HUNG_AFTER = 3
MAX_WAITING = 500
# Half of what the sidecar takes: on a busy machine one second's messages arrive with the next one's.
MAX_PER_SECOND = MAX_HOST_MESSAGES_PER_SECOND // 2


class HostLink:
    """`greeting` gives the first messages of a connection; `tick` is called every second and gives what has changed.

    `on_hung` is given a sidecar that listens and does not answer. All run in the link's thread and must return soon.
    """

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        *,
        greeting: Callable[[], list[ToSidecar]],
        tick: Callable[[], list[ToSidecar]],
        on_message: Callable[[ToShim], None],
        on_lost: Callable[[], None],
        on_hung: Callable[[Snapshot], None] = lambda _: None,
    ) -> None:
        self._snapshot = snapshot
        self._greeting = greeting
        self._tick = tick
        self._on_message = on_message
        self._on_lost = on_lost
        self._on_hung = on_hung
        self._silences = 0
        self._outbox: deque[ToSidecar] = deque(maxlen=MAX_WAITING)
        self._sent_s: deque[float] = deque(maxlen=MAX_PER_SECOND)
        self._connected = False
        self._refused = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._filled = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="headroom-link", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._set(self._stopping)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def send(self, message: ToSidecar) -> None:
        """From any thread. Dropped while there is no connection: nobody could make use of half a run."""
        if self._connected:
            self._outbox.append(message)
            self._set(self._filled)

    def _set(self, event: asyncio.Event) -> None:
        """Events are the loop's, which has not begun yet, or may have been closed in the meantime."""
        if self._loop is None:
            event.set()
            return
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(event.set)

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            snapshot = self._snapshot()
            if snapshot.port is None or snapshot.token is None:
                await self._pause(LOOK_AGAIN_S)
                continue
            try:
                async with wire.connect(f"ws://127.0.0.1:{snapshot.port}/host", snapshot.token) as connection:
                    self._silences = 0
                    await self._session(connection)
            except wire.CONNECTION_ERRORS as error:
                logger.debug("Headroom: the link to the sidecar ended: %r", error)
                self._count_silence(snapshot, error)
            except Exception as error:  # noqa: BLE001  whoever's it is: without the link nothing is told
                logger.warning("Headroom: the link to the sidecar failed; it begins anew", exc_info=error)
                await self._pause(AFTER_FAILURE_S)
            finally:
                self._lose()
            await self._pause(RECONNECT_S)

    def _count_silence(self, snapshot: Snapshot, error: BaseException) -> None:
        self._silences = self._silences + 1 if wire.is_silence(error) else 0
        if self._silences >= HUNG_AFTER:
            self._silences = 0
            self._on_hung(snapshot)

    def _lose(self) -> None:
        if self._connected:
            self._connected = False
            self._outbox.clear()
            self._on_lost()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _session(self, connection: Any) -> None:
        self._outbox.clear()
        self._refused = False
        self._connected = True
        for message in self._greeting():
            await self._write(connection, message)
        await wire.race(
            self._receive(connection), self._send_outbox(connection), self._tick_each_second(), self._stopping.wait()
        )
        if self._refused:
            await self._pause(AFTER_REFUSAL_S)

    async def _send_outbox(self, connection: Any) -> None:
        while True:
            while self._outbox:
                await self._write(connection, self._outbox.popleft())
            self._filled.clear()
            await self._filled.wait()

    async def _tick_each_second(self) -> None:
        while True:
            self._outbox.extend(self._tick())
            self._filled.set()
            await asyncio.sleep(TICK_S)

    async def _write(self, connection: Any, message: ToSidecar) -> None:
        text = wire.encode(message)
        if len(text) > MAX_MESSAGE_BYTES:
            logger.warning("Headroom: a %s message of %d bytes was not sent", message.get("type"), len(text))
            return
        await self._keep_pace()
        await connection.send(text)

    async def _keep_pace(self) -> None:
        loop = asyncio.get_running_loop()
        if len(self._sent_s) == MAX_PER_SECOND:
            await asyncio.sleep(max(0.0, self._sent_s[0] + 1.0 - loop.time()))
        self._sent_s.append(loop.time())

    async def _receive(self, connection: Any) -> None:
        """Until the connection ends or the sidecar does not want this shim."""
        async for data in connection:
            message = wire.decode(data)
            if message is None:
                continue
            if message["type"] == "refused":
                logger.warning("Headroom: the sidecar refused the shim: %s", message.get("message"))
                self._refused = True
                return
            if message["type"] == "error":
                logger.warning("Headroom: the sidecar did not take a message: %s", message.get("message"))
                continue
            # The sidecar is of the same checkout: what it sends is of the schema.
            self._on_message(cast(ToShim, message))
