"""Puts the parts together, for as long as the WebUI's scripts are loaded."""

from __future__ import annotations

import os
import secrets
import sys
import threading
from typing import Any

from . import __version__
from .guard import guarded
from .log import get_logger
from .process import node
from .process.paths import FOLDER, SIDECAR_BUNDLE, DataDir, cache_dirs, choose_data_dir, is_file
from .process.sidecar import Sidecar, SidecarUnavailableError
from .webui.a1111 import Webui
from .webui.device_memory import device_memory
from .webui.facts import Reporter
from .webui.generation import Generation
from .webui.marks import now_message
from .webui.ordinary import OrdinaryRuns
from .webui.peaks import PeakKeeper
from .webui.torch_memory import torch_memory
from .webui.weights import WeightsWatch
from .webui.worker import Worker
from .wire.link import HostLink
from .wire.messages import PROTOCOL_VERSION, Hello, HostMemory, Report, ToShim, ToSidecar
from .wire.origin import known_proxy, served_names
from .wire.relay import Relay

logger = get_logger(__name__)

ENVIRONMENT_EVERY_TICKS = 2
NO_NODE = (
    f"Node.js {node.MINIMUM_TEXT} or newer is not there. Install it from https://nodejs.org (or restart the WebUI with "
    "a network connection, so that Headroom can fetch it by pip), then press Restart."
)


class Extension:
    """Everything of one loading of the WebUI's scripts; Reload UI stops it and makes a new one."""

    def __init__(self, webui: Webui | None = None) -> None:
        self._webui = webui or Webui()
        self._data_dir: DataDir | None = None
        self._reporter = Reporter(self._webui)
        self._sent: Report | None = None
        self._weights = WeightsWatch()
        self._host_memory: HostMemory | None = None
        self._device_wanted = False
        self._ticks = 0
        self._sending = threading.Lock()
        self._peaks = PeakKeeper()
        # One sidecar after another has it: each may go on at once with what the one before it left half-way.
        self._webui_id = secrets.token_hex(8)
        self._sidecar = Sidecar(self._command, started_badly=lambda: node.forget(self._cache_dirs()))
        self._link = HostLink(
            lambda: self._sidecar.snapshot,
            greeting=self._greet,
            tick=self._tick,
            on_message=self._on_message,
            on_lost=self._on_lost,
            on_hung=self._sidecar.end_hung,
        )
        self._generation = Generation(
            self._webui, self._send, before_run=self._send_environment, on_collected=self._see_weights
        )
        self._worker = Worker(self._generation.run)
        self.ordinary = OrdinaryRuns(
            self._webui, self._send, on_run=self._person_generates, keep_peaks=self._peaks.note
        )
        self._started = False

    def on_app_started(self, demo: Any, app: Any) -> None:
        """`demo` is None with --nowebui. The sidecar starts in the background."""
        if app is None or (demo is None and self._webui.flag("api_auth")):
            # An API-only server with a password has no login that a page could show.
            logger.warning("Headroom: no page can be served here (--nowebui with --api-auth)")
        else:
            self._relay().add_route(app)
            self._keep_from_visitors(demo)
        if not self._started:
            self._started = True
            self._sidecar.start()
            self._link.start()
            self._worker.start()
            self._peaks.attach(getattr(self._webui.shared, "mem_mon", None))

    @guarded
    def stop(self) -> None:
        """Before Reload UI; the sidecar of a WebUI that is killed sees its stdin end."""
        self._peaks.detach()
        self._on_lost()
        if self._started:
            self._link.stop()
            self._worker.stop()
        self._sidecar.stop()

    def _relay(self) -> Relay:
        served = served_names(self._webui.flag, os.environ.get("HEADROOM_HOSTS", ""))
        proxy = known_proxy(self._webui.flag, os.environ.get("FORWARDED_ALLOW_IPS", ""))
        return Relay(
            lambda: self._sidecar.snapshot,
            self._sidecar.start,
            served=served,
            notice=lambda: self._data().notice,
            known_proxy=proxy,
        )

    def _keep_from_visitors(self, demo: Any) -> None:
        """Gradio's /file= serves whatever lies under the WebUI's data folder, and so what was measured."""
        blocked = getattr(demo, "blocked_paths", None)
        if isinstance(blocked, list):
            folder = (self._webui.data_path / FOLDER).absolute()
            # As it is named and, where it is a link, as it lies.
            blocked.extend({str(folder), os.path.realpath(folder)})

    def _cache_dirs(self) -> list[Any]:
        return cache_dirs(self._webui.data_path)

    def _data(self) -> DataDir:
        if self._data_dir is None:
            self._data_dir = choose_data_dir(self._webui.data_path)
            if self._data_dir.notice is not None:
                logger.warning("Headroom: %s", self._data_dir.notice)
        return self._data_dir

    def _command(self) -> list[str]:
        """In the sidecar's thread: looking for Node.js may start processes."""
        if not is_file(SIDECAR_BUNDLE):
            raise SidecarUnavailableError(f"{SIDECAR_BUNDLE} is missing: update or reinstall the extension.")
        executable = node.find(self._cache_dirs(), dict(os.environ))
        if executable is None:
            raise SidecarUnavailableError(NO_NODE)
        whose = ["--data-dir", str(self._data().path), "--parent-pid", str(os.getpid()), "--webui-id", self._webui_id]
        return [str(executable), str(SIDECAR_BUNDLE), "serve", *whose]

    def _greet(self) -> list[ToSidecar]:
        hello: Hello = {
            "type": "hello",
            "protocol": PROTOCOL_VERSION,
            "shimVersion": __version__,
            "pid": os.getpid(),
        }
        self._sent = self._host_memory = None
        self._device_wanted = False
        return [hello, *self._environment_if_changed()]

    def _tick(self) -> list[ToSidecar]:
        """Every second, in the link's thread."""
        self.ordinary.look()
        messages: list[ToSidecar] = []
        # A run's own options are in force while one is in hand; it has sent its environment itself.
        if self._ticks % ENVIRONMENT_EVERY_TICKS == 0 and not self._webui.is_generating:
            messages += self._environment_if_changed()
        self._ticks += 1
        memory = self._memory_message(self._webui.is_generating)
        if memory != self._host_memory or self._device_wanted:
            self._host_memory = memory
            messages.append(memory)
        return messages

    def _send(self, message: ToSidecar) -> None:
        """From any thread. After a run torch's counters follow at once: the sidecar compares the device before and
        after it.

        Where nobody else reads the device, a phase's end is when it is fullest.
        """
        self._link.send(message)
        if message["type"] == "run-ended":
            # A person's job may go on for a moment, or with another run: until that one begins, nothing moves these.
            self._send_memory(generating=False)
        elif message["type"] == "run-mark" and self._device_wanted:
            self._send_memory(generating=True)

    def _send_memory(self, generating: bool) -> None:
        self._host_memory = self._memory_message(generating)
        self._link.send(self._host_memory)

    def _memory_message(self, generating: bool) -> HostMemory:
        memory = torch_memory(self._webui.torch, self._webui.device)
        device = device_memory(self._webui.torch, self._webui.device) if self._device_wanted else None
        return {
            "type": "host-memory",
            "torch": None if memory is None else now_message(memory.read()),
            "generating": generating,
            "device": device,
        }

    def _environment_if_changed(self) -> list[ToSidecar]:
        with self._sending:
            report = self._reporter.read(self._static())
            if report is None or report == self._sent:
                return []
            self._sent = report
            return [{"type": "environment", "report": report}]

    def _static(self) -> float | None:
        """MiB of the weights, as far as torch's counters tell."""
        if self._webui.loaded_model is None or torch_memory(self._webui.torch, self._webui.device) is None:
            return None
        if not self._webui.is_generating:
            self._see_weights(collected=False)
        return self._weights.mib

    def _see_weights(self, collected: bool = True) -> None:
        """At a moment at which no generation computes."""
        memory = torch_memory(self._webui.torch, self._webui.device)
        loaded = self._webui.loaded_checkpoint
        if memory is None or loaded is None:
            return
        moves = bool(self._webui.flag("medvram") or self._webui.flag("medvram_sdxl") or self._webui.flag("lowvram"))
        self._weights.see(memory.read().allocated_mib, loaded, collected=collected, moves=moves)

    @guarded
    def _send_environment(self) -> None:
        for message in self._environment_if_changed():
            self._link.send(message)

    def _person_generates(self) -> None:
        self._generation.person_generates()
        self._send_environment()

    def _on_message(self, message: ToShim) -> None:
        if message["type"] == "run":
            self._worker.add(message)
        elif message["type"] == "cancel":
            self._generation.cancel(message["runId"])
        elif message["type"] == "device-memory":
            self._device_wanted = message["wanted"]
            self._send_memory(self._webui.is_generating)

    def _on_lost(self) -> None:
        """Nobody is left to hear of a run: the WebUI is the person's again."""
        self._worker.clear()
        in_hand = self._generation.in_hand
        if in_hand is not None:
            self._generation.cancel(in_hand)


_extension: Extension | None = None
"""The one thing kept per process: the WebUI runs its entry script again on Reload UI, and nothing else tells old from
new.
"""


def current() -> Extension:
    global _extension
    if _extension is None:
        _extension = Extension()
    return _extension


def unload() -> None:
    """Stops, and forgets the package, so that an updated extension is read anew."""
    global _extension
    if _extension is not None:
        _extension.stop()
        _extension = None
    for name in [name for name in sys.modules if name == "headroom" or name.startswith("headroom.")]:
        del sys.modules[name]
