"""What is told of the WebUI beside its generations: the report of it, and torch's memory."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..guard import guarded
from ..wire.messages import HostMemory, Report, ToSidecar
from .a1111 import Webui
from .facts import Reporter
from .torch_memory import torch_memory


class WebuiState:
    """`send` may be called from any thread. What it gives back is for the link to send."""

    def __init__(self, webui: Webui, send: Callable[[ToSidecar], None]) -> None:
        self._webui = webui
        self._send = send
        self._reporter = Reporter(webui)
        self._reported: Report | None = None
        self._told: HostMemory | None = None
        self._device_wanted = False
        self._reporting = threading.Lock()

    def greet(self) -> list[ToSidecar]:
        """Of a new connection: nothing is known to the other end yet."""
        self._reported = self._told = None
        self._device_wanted = False
        return self._news()

    def tick(self) -> list[ToSidecar]:
        """Every second. A run's own options are in force while one is in hand; it has sent its report itself."""
        generating = self._webui.is_generating
        news = [] if generating else self._news()
        memory = self._memory(generating)
        # Before the report the sidecar takes nothing.
        if self._reported is not None and (memory != self._told or self._device_wanted):
            self._told = memory
            news.append(memory)
        return news

    @guarded
    def send_report(self) -> None:
        for message in self._news():
            self._send(message)

    def send_memory(self, *, generating: bool, collected: bool = False) -> None:
        self._told = self._memory(generating, collected)
        self._send(self._told)

    def want_device(self, wanted: bool) -> None:
        self._device_wanted = wanted
        self.send_memory(generating=self._webui.is_generating)

    def after(self, message: ToSidecar) -> None:
        """After a run torch's counters follow at once: the sidecar compares the device before and after it. Where
        nobody else reads the device, a phase's end is when it is fullest.
        """
        if message["type"] == "run-ended":
            # A person's job may go on for a moment, or with another run: until that one begins, nothing moves these.
            self.send_memory(generating=False)
        elif message["type"] == "run-mark" and self._device_wanted:
            self.send_memory(generating=True)

    def _news(self) -> list[ToSidecar]:
        with self._reporting:
            report = self._reporter.read()
            if report is None or report == self._reported:
                return []
            self._reported = report
            return [{"type": "environment", "report": report}]

    def _memory(self, generating: bool, collected: bool = False) -> HostMemory:
        memory = torch_memory(self._webui.torch, self._webui.device)
        return {
            "type": "host-memory",
            "torch": None if memory is None else memory.read(),
            "loaded": self._webui.loaded_checkpoint,
            "collected": collected,
            "generating": generating,
            "device": memory.whole_device() if memory is not None and self._device_wanted else None,
        }
