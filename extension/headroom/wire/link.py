"""The shim's own connection to the sidecar, in a thread with an event loop of its own."""

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
from .messages import MAX_MESSAGE_BYTES, MAX_MESSAGES_PER_SECOND, ToShim, ToSidecar

logger = get_logger(__name__)

TICK_S = 1.0
LOOK_AGAIN_S = 0.1
RECONNECT_S = 0.5
AFTER_REFUSAL_S = 30.0
# So many attempts in a row without an answer: what listens there is stopped, or waits for a disk that is gone.
HUNG_AFTER = 3
MAX_WAITING = 500
# Half of what the sidecar takes: on a busy machine one second's messages arrive with the next one's.
MAX_PER_SECOND = MAX_MESSAGES_PER_SECOND // 2


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
        self._stopping = False
        self._refused = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="headroom-link", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._nudge()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def send(self, message: ToSidecar) -> None:
        """From any thread. Dropped while there is no connection: nobody could make use of half a run."""
        if self._connected:
            self._outbox.append(message)
            self._nudge()

    def _nudge(self) -> None:
        loop, wake = self._loop, self._wake
        if loop is None or wake is None:
            return
        # The loop may have been closed in the meantime.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(wake.set)

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        while not self._stopping:
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
        """Ends early when there is something to do."""
        assert self._wake is not None
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        self._wake.clear()

    async def _session(self, connection: Any) -> None:
        self._outbox.clear()
        self._refused = False
        self._connected = True
        for message in self._greeting():
            await self._write(connection, message)
        receiving = asyncio.create_task(self._receive(connection))
        try:
            await self._send_until(connection, receiving)
        finally:
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)
        if self._refused:
            await self._pause(AFTER_REFUSAL_S)

    async def _send_until(self, connection: Any, receiving: asyncio.Task[None]) -> None:
        loop = asyncio.get_running_loop()
        next_tick_s = loop.time()
        while not self._stopping and not receiving.done():
            while self._outbox:
                await self._write(connection, self._outbox.popleft())
            if loop.time() >= next_tick_s:
                next_tick_s = loop.time() + TICK_S
                self._outbox.extend(self._tick())
                continue
            assert self._wake is not None
            waking = asyncio.create_task(self._wake.wait())
            await asyncio.wait(
                {waking, receiving}, timeout=next_tick_s - loop.time(), return_when=asyncio.FIRST_COMPLETED
            )
            waking.cancel()
            self._wake.clear()

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
